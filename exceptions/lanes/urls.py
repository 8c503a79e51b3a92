"""Addresses of lanes, and of audits among the review."""

from django.urls import path

from exceptions.lanes import audit_views, limit_views, views

BASE = "w/<slug:workspace>/lanes/"
LANE = f"{BASE}<int:lane>/"

lane_urls = [
    path(BASE, views.lane_list, name="lanes"),
    path(f"{BASE}audits/", audit_views.audit_list, name="audits"),
    path(f"{BASE}audits/<str:audit>/", audit_views.audit, name="audit"),
    path(f"{BASE}audits/<str:audit>/judge/", audit_views.judge, name="audit-judge"),
    path(LANE, views.lane, name="lane"),
    path(f"{LANE}what-if/", views.what_if, name="lane-what-if"),
    path(f"{LANE}limit/", limit_views.limit, name="lane-limit"),
    path(f"{LANE}limit/set/", limit_views.set_limit, name="lane-limit-set"),
    path(f"{LANE}up/", views.up, name="lane-up"),
    path(f"{LANE}down/", views.down, name="lane-down"),
]
