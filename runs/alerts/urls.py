"""Addresses of the alerts."""

from django.urls import path

from runs.alerts import views

BASE = "w/<slug:workspace>/figures/alerts/"

alert_urls = [
    path(BASE, views.alert_list, name="alerts"),
    path(f"{BASE}set/", views.set_alert, name="alert-set"),
    path(f"{BASE}<int:threshold>/", views.alert, name="alert"),
    path(f"{BASE}<int:threshold>/retire/", views.retire, name="alert-retire"),
]
