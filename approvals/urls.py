"""The reviewers' addresses, the ledger's and the settings'."""

from django.urls import path

from approvals import decision_views, edit_views, review_views
from approvals.ledger_views import ledger_urls
from approvals.settings_urls import settings_urls

ITEM = "w/<slug:workspace>/review/<slug:proposal>/"

urlpatterns = [
    path("", review_views.home, name="home"),
    path("w/<slug:workspace>/review/", review_views.review, name="review"),
    path(ITEM, review_views.proposal, name="proposal"),
    path(f"{ITEM}decision/", decision_views.decision, name="decision"),
    path(f"{ITEM}edit/", edit_views.edit, name="edit"),
    path(f"{ITEM}undo/", decision_views.undo, name="undo"),
    *ledger_urls,
    *settings_urls,
]
