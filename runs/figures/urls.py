"""Addresses of the figures."""

from django.urls import path

from runs.figures import views

BASE = "w/<slug:workspace>/figures/"

figure_urls = [
    path(BASE, views.figures, name="figures"),
    path(f"{BASE}rows/", views.figure_rows, name="figure-rows"),
    path(f"{BASE}worth/", views.set_worth, name="figure-worth"),
]
