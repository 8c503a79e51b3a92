"""Batches: their addresses. Only the page itself answers a GET."""

from django.urls import URLPattern, path

from approvals.batching import batch_views

BATCH = "w/<slug:workspace>/batches/<slug:batch>/"

batch_urls: list[URLPattern] = [
    path("w/<slug:workspace>/review/<slug:proposal>/batch/", batch_views.open_batch, name="batch-open"),
    path(BATCH, batch_views.page, name="batch"),
    path(f"{BATCH}open/<slug:proposal>/", batch_views.item, name="batch-item"),
    path(f"{BATCH}decide/", batch_views.decide, name="batch-decide"),
    path(f"{BATCH}leave/", batch_views.leave, name="batch-leave"),
    path(f"{BATCH}keep/", batch_views.keep, name="batch-keep"),
    path(f"{BATCH}undo/", batch_views.undo, name="batch-undo"),
]
