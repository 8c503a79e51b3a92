"""What the flow answers with: panes laid ahead in templates, and the parts around the pane that is open already."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, loader
from django.utils.safestring import SafeString, mark_safe

from approvals import questions
from approvals.answering import foresight, review_pages
from approvals.flow.flow_desk import Fresh
from approvals.models import Membership, Proposal
from approvals.oversight import pace
from approvals.waiting import queue
from approvals.waiting.places import Place

PANE, BEAT, ANSWER = "approvals/_pane.html", "approvals/_beat.html", "approvals/_flow.html"


def respond(
    request: HttpRequest,
    template: str,
    around: Mapping[str, Any],
    fresh: Sequence[tuple[Fresh, Mapping[str, Any]]],
    code: int = 200,
) -> HttpResponse:
    """One request context for all panes and what is around them: what the rail asks is asked once."""
    outer = loader.get_template(template).template  # type: ignore[attr-defined]
    pane = loader.get_template(PANE).template  # type: ignore[attr-defined]
    context = RequestContext(request, dict(around))
    with context.bind_template(outer):
        ahead = []
        for one, said in fresh:
            with context.push(**said):
                ahead.append(_laid(one, said, mark_safe(pane.render(context))))  # noqa: S308
        with context.push(ahead=ahead):
            return HttpResponse(outer.render(context), status=code)


def _laid(one: Fresh, said: Mapping[str, Any], html: SafeString) -> dict[str, Any]:
    return {
        "id": one.proposal.public_id, "epoch": one.epoch, "mark": one.mark, "url": said["item_url"],
        "title": said["page_title"], "pane": html,
    }  # fmt: skip


def panes(
    fresh: Sequence[Fresh], member: Membership, place: Place, now: datetime
) -> list[tuple[Fresh, dict[str, Any]]]:
    """Each prefetched item with everything its pane says."""
    with questions.together():
        questions.note(*chain.from_iterable(_ahead(one.proposal, member, place, now) for one in fresh))
        return [(one, _pane(one.proposal, member, place, now)) for one in fresh]


def _ahead(proposal: Proposal, member: Membership, place: Place, now: datetime) -> foresight.Questions:
    yield queue.asked_following(member, place, now, proposal)
    yield pace.asked(member, now)
    yield from foresight.of_item(proposal, member, now)


def _pane(proposal: Proposal, member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    slug = member.workspace.slug
    below = queue.following(member, place, now, proposal)
    here = {
        "undo": None, "note": "", "notice": None, "sides": None, "editing": False, "outcome": None, "place": place,
        "workspace": member.workspace, "member": member, "queue_url": place.url("review", slug),
        "later_url": place.url("proposal", slug, below.public_id) if below else "",
    }  # fmt: skip
    return here | review_pages.of_item(proposal, member, place, now)


def pace_of(proposal: Proposal | None, member: Membership, now: datetime) -> dict[str, Any]:
    """How fast one answers, as it is after this answer."""
    return pace.read(proposal, member, now) if proposal else {}
