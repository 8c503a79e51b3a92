"""Addresses of the week's sample."""

from django.urls import path

from runs.sampling import views

BASE = "w/<slug:workspace>/samples/"

sample_urls = [
    path(BASE, views.week, name="samples"),
    path(f"{BASE}judge/", views.judging_page, name="sample-judging"),
    path(f"{BASE}resume/", views.resume, name="sample-resume"),
    path(f"{BASE}<int:sample>/", views.sample, name="sample"),
    path(f"{BASE}<int:sample>/verdict/", views.verdict, name="sample-verdict"),
]
