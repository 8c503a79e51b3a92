"""A dry run of values that are typed and not signed yet: what one is about to sign, tried before one does."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access, decisions, gates, proposals
from approvals.answering import edit_views, forms, refusals
from approvals.answering.argument_forms import ArgumentsForm
from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.showing import dossier, item
from runs import rehearsal_views, rehearsals
from runs.models import Rehearsal
from runs.rehearsals import Asker, Typed

AMEND = ("Nothing was tried", "These values cannot be signed as they are. What is wrong stands beside them.")
CLOSED = ("Nothing was tried", "It cannot be edited any more. Go back to the item to see why.")


@require_POST
def rehearse_typed(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Ask for it under one's own name; the answer comes into the form, which keeps what was typed."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = access.proposal(member, proposal)
    if not item.editable(found) or refusals.of_edit(dossier.gather(found, member, now)):
        return rehearsal_views.answer(request, member, found, now, rehearsals.latest(found), why=CLOSED)
    form = edit_views.form_of(found, request.POST)
    typed = _typed(found, form, now)
    row, why = _ask(request, member, found, typed, now) if typed else (rehearsals.latest(found), AMEND)
    if getattr(request, "htmx", False):
        return rehearsal_views.answer(request, member, found, now, row, why=why)
    part = rehearsal_views.part(request, member, forms.place(request, member), found, now, row, why)
    return edit_views.typed_page(request, member, found, form, now, dry_run=part, code=409 if why else 200)


def _typed(proposal: Proposal, form: ArgumentsForm, now: datetime) -> Typed | None:
    """What would be signed, and under which digest; None where it would be refused."""
    if not form.is_valid():
        return None
    try:
        read, judgement, _ = decisions.rehearse_edit(proposal=proposal, arguments=form.arguments(), now=now)
    except decisions.NotEditable:
        return None
    if judgement.ruling == gates.BLOCK:
        return None
    return Typed(read.normal, proposals.resign(proposal, read.normal, proposal.observation))


def _ask(
    request: HttpRequest, member: Membership, proposal: Proposal, typed: Typed, now: datetime
) -> tuple[Rehearsal | None, tuple[str, str] | None]:
    try:
        row, _ = rehearsals.ask(
            proposal_id=proposal.pk, by=Asker(user_id=member.user_id), actor=access.actor(request), now=now, typed=typed
        )  # fmt: skip
    except tuple(rehearsal_views.REFUSALS) as error:
        return rehearsals.latest(proposal), rehearsal_views.REFUSALS[type(error)]
    return row, None
