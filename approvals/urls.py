"""The reviewers' addresses, the ledger's and the settings'."""

from django.urls import path

from approvals.administering.settings_urls import settings_urls
from approvals.answering import decision_views, edit_views, review_views
from approvals.batching.batch_urls import batch_urls
from approvals.flow.flow_urls import flow_urls
from approvals.oversight.oversight_urls import oversight_urls
from approvals.routing.routing_urls import routing_urls
from approvals.sealing.ledger_views import ledger_urls
from approvals.showing.evidence_urls import evidence_urls
from approvals.telling.notice_urls import notice_urls
from approvals.waiting.view_urls import view_urls

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
