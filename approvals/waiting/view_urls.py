"""Saved views and live counts: their addresses, beside those of the items, whose ids come right after ``review/``."""

from django.urls import URLPattern, path

from approvals.waiting import view_views

QUEUE = "w/<slug:workspace>/queue/"

view_urls: list[URLPattern] = [
    path(f"{QUEUE}counts/", view_views.counts, name="review-counts"),
    path(f"{QUEUE}rows/", view_views.rows, name="review-rows"),
    path(f"{QUEUE}filters/", view_views.panel, name="review-filters"),
    path(f"{QUEUE}views/", view_views.keep, name="keep-view"),
    path(f"{QUEUE}views/<int:view>/name/", view_views.rename, name="rename-view"),
    path(f"{QUEUE}views/<int:view>/up/", view_views.move_up, name="move-view-up"),
    path(f"{QUEUE}views/<int:view>/deletion/", view_views.delete, name="delete-view"),
]
