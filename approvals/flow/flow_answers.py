"""After an answer given in the flow: the page has the next item already, and is told what it cannot know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

from approvals import holds, ids
from approvals.answering import disagreements
from approvals.answering.refusals import Refusal
from approvals.flow import flow_desk, flow_forms, flow_pages
from approvals.models import Membership, Proposal
from approvals.oversight import lessons
from approvals.showing import dossier
from approvals.waiting import listing
from approvals.waiting.places import Place


def recorded(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    answered: Proposal,
    ahead: Sequence[UUID],
    said: str,
) -> HttpResponse:
    """What became of the answer, the list and the bar to undo as they are now, and what is missing ahead."""
    response = _parts(request, member, place, now, answered, ahead, {}, 200)
    return trigger_client_event(response, "toast", {"text": said, "tone": "success"}) if said else response


def refused(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    known: dossier.Dossier,
    refusal: Refusal,
    ahead: Sequence[UUID],
) -> HttpResponse:
    """A card that says that nothing was recorded, and why; the item the page shows stays."""
    current = known.proposal
    more = {
        "refusal": refusal,
        "sides": disagreements.sides(known, request.POST.get("seen_digest", "")),
        "refused": current,
        "kept_note": request.POST.get("note", "")[:2000],
        "look_url": place.url("proposal", member.workspace.slug, current.public_id, saw=seen(request)),
    }
    return _parts(request, member, place, now, current, ahead, more, refusal.code)


def seen(request: HttpRequest) -> str:
    """The digest that was on the screen, for the address of the item as it is now."""
    return request.POST.get("seen_digest", "")[:64]


def _parts(
    request: HttpRequest, member: Membership, place: Place, now: datetime, answered: Proposal, ahead: Sequence[UUID],
    more: dict[str, Any], code: int,
) -> HttpResponse:  # fmt: skip
    here = flow_desk.answerable(member, ahead, now)
    shown = here.get(ahead[0]) if ahead else None
    if shown is not None:
        holds.open_one(proposal_id=shown.pk, member=member, now=now)
    known = [pk for pk in ahead[1:] if pk in here]
    last = here[known[-1]] if known else shown or answered
    besides = [answered.pk, *ahead]
    fresh = flow_desk.refill(member, place, now, last=last, known=known, besides=besides)
    listed = bool(more) or flow_forms.wants_list(request)  # a refused row may have to come back
    around: dict[str, Any] = {
        "member": member,
        "workspace": member.workspace,
        "place": place,
        "listed": listed,
    }
    around |= listing.read(member, place, now, shown) if listed else listing.latest(member, place, now)
    around |= lessons.latest(member, now) | flow_pages.pace_of(shown, member, now) | more
    around |= {
        "answered": answered.public_id,
        "lost": [ids.show("proposal", pk) for pk in ahead if pk not in here],
    }
    panes = flow_pages.panes(fresh, member, place, now)
    return flow_pages.respond(request, flow_pages.ANSWER, around, panes, code)
