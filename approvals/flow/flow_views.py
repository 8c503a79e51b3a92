"""The page's heartbeat, which holds what is on the screen and lays the next items beside it, and taking over."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access, decisions, holds, ids
from approvals.answering import forms, refusals, review_pages
from approvals.flow import flow_desk, flow_forms, flow_held, flow_pages
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.proposals import AlreadySettled
from approvals.showing import dossier
from approvals.waiting.places import Place


@require_POST
def heartbeat(request: HttpRequest, workspace: str) -> HttpResponse:
    """Hold the open item, renew what is ahead, and send what is missing there."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    place, told = forms.place(request, member), flow_forms.told(request)
    holds.let_go(member=member, proposals=told.left)
    shown = _proposal(member, told.opened)
    mine = flow_desk.answerable(member, [shown.pk], now) if shown else {}
    epoch = _open(member, mine, now)
    kept = flow_desk.still_good(member, told.ahead, now)
    fresh = flow_desk.refill(
        member, place, now, last=shown, known=list(kept), besides=[shown.pk] if shown else []
    )
    held = flow_held.read(shown, member, now)["held"] if shown and mine and epoch is None else None
    around = {
        "member": member, "workspace": member.workspace, "held": held, "epoch": epoch,
        "kept": [ids.show("proposal", pk) for pk in kept],
        "lost": [ids.show("proposal", pk) for pk in told.ahead if pk not in kept],
        "stale": shown is not None and told.mark not in ("", flow_desk.mark(shown)),
        "stale_url": place.url("proposal", workspace, shown.public_id) if shown else "",
    }  # fmt: skip
    return flow_pages.respond(request, flow_pages.BEAT, around, flow_pages.panes(fresh, member, place, now))


def _proposal(member: Membership, pk: UUID | None) -> Proposal | None:
    if pk is None:
        return None
    return Proposal.objects.filter(pk=pk, workspace_id=member.workspace_id).first()


def _open(member: Membership, mine: dict[UUID, Proposal], now: datetime) -> int | None:
    """The epoch of one's hold on the open item; None where a colleague holds it, or nothing is to be answered."""
    length = holds.length_for(member) if mine else holds.OPEN
    for pk in mine:
        return holds.open_one(proposal_id=pk, member=member, now=now, length=length)
    return None


@require_POST
def take(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Move a colleague's hold to oneself, to answer what they have on the screen."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    if error := _obstacle(found, member, now):
        refusal = refusals.of_answer(error, dossier.gather(found, member, now))
        return review_pages.show(
            request, member, place, now, current=found, notice=refusal.notice, code=refusal.code
        )
    holds.take_over(proposal=found, member=member, actor=access.actor(request), now=now)
    return _landed(request, member, place, found, now)


def _obstacle(proposal: Proposal, member: Membership, now: datetime) -> Exception | None:
    if not decisions.may_decide(proposal, member, now):
        return decisions.NotYourDecision()
    if proposal.state != State.PENDING:
        return AlreadySettled(proposal)
    return None if proposal.expires_at > now else decisions.TooLate()


def _landed(
    request: HttpRequest, member: Membership, place: Place, found: Proposal, now: datetime
) -> HttpResponse:
    if getattr(request, "htmx", False):
        return review_pages.show(request, member, place, now, current=found)
    return review_pages.SeeOther(place.url("proposal", member.workspace.slug, found.public_id))
