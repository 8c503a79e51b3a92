"""The reviewers' addresses, the ledger's and the settings'."""

from django.urls import path

from approvals import decision_views, edit_views, review_views
from approvals.batch_urls import batch_urls
from approvals.evidence_urls import evidence_urls
from approvals.flow_urls import flow_urls
from approvals.ledger_views import ledger_urls
from approvals.notice_urls import notice_urls
from approvals.oversight_urls import oversight_urls
from approvals.routing_urls import routing_urls
from approvals.settings_urls import settings_urls
from approvals.view_urls import view_urls

ITEM = "w/<slug:workspace>/review/<slug:proposal>/"

urlpatterns = [
    path("", review_views.home, name="home"),
    path("w/<slug:workspace>/review/", review_views.review, name="review"),
    *batch_urls,
    *evidence_urls,
    *flow_urls,
    *notice_urls,
    *oversight_urls,
    *routing_urls,
    *view_urls,
    *ledger_urls,
    *settings_urls,
    # last: any word may be the id of an item
    path(ITEM, review_views.proposal, name="proposal"),
    path(f"{ITEM}decision/", decision_views.decision, name="decision"),
    path(f"{ITEM}edit/", edit_views.edit, name="edit"),
    path(f"{ITEM}undo/", decision_views.undo, name="undo"),
]
