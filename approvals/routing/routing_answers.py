"""After an item was put off or given away: the next one that waits, and a word on where this one went."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.http import trigger_client_event

from approvals import access, ids, moments
from approvals.answering import decision_views, forms, refusals, review_pages
from approvals.answering.refusals import Refusal
from approvals.flow import flow_answers, flow_desk, flow_forms
from approvals.models import Membership, Proposal
from approvals.routing import assignments
from approvals.visible import plain
from approvals.waiting.places import Place

ANSWERS = refusals.ANSWERS
NOBODY = "It can be given to reviewers of this workspace who may answer it and have not yet."


def give(
    request: HttpRequest,
    member: Membership,
    proposal: Proposal,
    to: Iterable[Membership],
    label: str,
    note: str,
) -> HttpResponse:
    """Give it to these, and go on. Also for whoever knows groups of colleagues that this floor does not."""
    place, now = forms.place(request, member), timezone.now()
    try:
        made = assignments.assign(
            proposal=proposal, member=member, to=to, label=label[:80], note=note, actor=access.actor(request),
            now=now,
        )  # fmt: skip
    except assignments.NobodyToGiveTo:
        return refused(request, member, place, now, proposal, ("Nobody there may answer it", NOBODY), 409)
    except ANSWERS as error:
        return refused(request, member, place, now, proposal, error)
    said = f"Given to {plain(label)} until {moments.near(made.until, now)}: {plain(proposal.headline)}"
    return go_on(request, member, place, now, proposal, said)


def go_on(
    request: HttpRequest, member: Membership, place: Place, now: datetime, left: Proposal, said: str
) -> HttpResponse:
    """The next item, and a word on this one; none where its own lesson says it."""
    ahead = flow_forms.has_ahead(request)
    if ahead is not None:
        return flow_answers.recorded(request, member, place, now, left, ahead, said)
    following = flow_desk.next_one(member, place, now, left)
    public_id = ids.show("proposal", following) if following else ""
    if not getattr(request, "htmx", False):
        if said:
            messages.success(request, said)
        slug = member.workspace.slug
        to = place.url("proposal", slug, public_id) if public_id else place.url("review", slug)
        return review_pages.SeeOther(to)
    whole = access.proposal(member, public_id) if public_id else None
    page = review_pages.show(request, member, place, now, current=whole)
    return _toast(page, said) if said else page


def stay(
    request: HttpRequest, member: Membership, place: Place, now: datetime, proposal: Proposal, said: str
) -> HttpResponse:
    """The same item as it is now."""
    if not getattr(request, "htmx", False):
        messages.success(request, said)
        return review_pages.SeeOther(place.url("proposal", member.workspace.slug, proposal.public_id))
    again = access.proposal(member, proposal.public_id)
    return _toast(review_pages.show(request, member, place, now, current=again), said)


def refused(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    proposal: Proposal,
    why: Exception | tuple[str, str],
    code: int = 422,
) -> HttpResponse:
    """The item as it stands, and why it stays where it is."""
    if isinstance(why, tuple):
        refusal = Refusal(code, *why, remedy="Nothing was changed.")
        return decision_views.refused(request, member, place, now, proposal, refusal)
    return decision_views.refused(request, member, place, now, proposal, why)


def _toast(response: HttpResponse, said: str) -> HttpResponse:
    return trigger_client_event(response, "toast", {"text": said, "tone": "success"})
