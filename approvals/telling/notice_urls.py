"""Notices: their addresses."""

from django.urls import path

from approvals.telling import notice_views

BASE = "w/<slug:workspace>/notices/"

notice_urls = [
    path(BASE, notice_views.show, name="notices"),
    path(f"{BASE}read/", notice_views.mark_read, name="notices-read"),
    path(f"{BASE}address/", notice_views.set_address, name="notices-address"),
]
