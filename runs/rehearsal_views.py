"""The button that asks for a dry run, and where its result is seen: in the pane of the item, as one more evidence."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.answering import forms, review_pages
from approvals.models import Membership, Proposal
from approvals.showing import dry_runs
from approvals.waiting.places import Place
from runs import rehearsal_page, rehearsals
from runs.models import Rehearsal
from runs.rehearsals import Asker

TYPED = "typed"
REFUSALS: dict[type[LookupError], tuple[str, str]] = {
    rehearsals.NothingToRehearse: (
        "There is nothing to rehearse", "It is settled or on its way, or its tool cannot try a write."
    ),
    rehearsals.Stopped: (
        "A switch is pulled", "A dry run reaches outside too, so none is made until the switch is released."
    ),
    rehearsals.UnderWay: (
        "Another dry run is under way", "It was asked for with other values. See what comes of it first."
    ),
    rehearsals.TooManyWaiting: (
        "Several dry runs wait already", "Ask again when workers have come to them."
    ),
}  # fmt: skip


@require_safe
@never_cache
def rehearsal(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """The latest dry run: a fragment for htmx, which comes back for more while it waits; else the item around it."""
    member = access.member(request, workspace)
    found, now = access.proposal(member, proposal), timezone.now()
    return answer(request, member, found, now, rehearsals.latest(found))


@require_POST
def ask(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Ask for a dry run of what is on the table."""
    member, now = access.member(request, workspace, *dry_runs.MAY_ASK), timezone.now()
    found = access.proposal(member, proposal)
    try:
        row, _ = rehearsals.ask(
            proposal_id=found.pk, by=Asker(user_id=member.user_id), actor=access.actor(request), now=now
        )
    except tuple(REFUSALS) as error:
        return answer(request, member, found, now, rehearsals.latest(found), why=REFUSALS[type(error)])
    if getattr(request, "htmx", False):
        return answer(request, member, found, now, row)
    place = forms.place(request, member)
    return review_pages.SeeOther(place.url("rehearsal", member.workspace.slug, found.public_id) + "#dry-run")


def answer(
    request: HttpRequest,
    member: Membership,
    proposal: Proposal,
    now: datetime,
    row: Rehearsal | None,
    why: tuple[str, str] | None = None,
) -> HttpResponse:
    """The dry run in its place; ``why`` is why none was asked for."""
    place, code = forms.place(request, member), 409 if why else 200
    shown = part(request, member, place, proposal, now, row, why)
    if getattr(request, "htmx", False):
        return HttpResponse(shown, status=code)
    return review_pages.show(
        request, member, place, now, current=proposal, code=code, more={"dry_run": shown}
    )


def part(
    request: HttpRequest,
    member: Membership,
    place: Place,
    proposal: Proposal,
    now: datetime,
    row: Rehearsal | None,
    why: tuple[str, str] | None,
) -> SafeString:
    """The fragment, which htmx puts where the one before stood."""
    slug, public_id = member.workspace.slug, proposal.public_id
    typed = TYPED in request.GET  # inside the form of those values, which has a button of its own
    context = rehearsal_page.read(proposal, member, now, row) | {
        "rehearsal_url": place.url("rehearsal", slug, public_id, **({TYPED: "1"} if typed else {})),
        "typed": typed,
        "rehearse_url": place.url("rehearse", slug, public_id),
        "why": why,
    }
    return render_to_string("runs/_rehearsal.html", context, request)
