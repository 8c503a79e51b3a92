"""What may be done about a case: take it, hand it over, dismiss it, write on it. Each a POST, each recorded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access, wording
from approvals.models import Membership
from exceptions import access as own
from exceptions import asking, cases, clocks, resolutions
from exceptions.forms import AskAgainForm, DismissForm, HandOverForm, NoteForm
from exceptions.models import Case, Occurrence
from exceptions.models.case import State


def _reached(request: HttpRequest, workspace: str, case: str) -> tuple[Membership, Case]:
    member = access.member(request, workspace, *cases.HANDLERS)
    return member, own.case(member, case)


def _back(case: Case, workspace: str) -> HttpResponse:
    return redirect("case", workspace, case.public_id)


@require_POST
def take(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Acknowledge: it is mine for a while."""
    member, found = _reached(request, workspace, case)
    now = timezone.now()
    try:
        cases.take(case=found, member=member, actor=access.actor(request), now=now)
    except cases.AlreadyTaken as error:
        messages.warning(request, f"{error.case.assignee} was quicker and has it now.")
    except cases.AlreadyResolved:
        messages.info(request, "Nothing in it is open any more.")
    else:
        until = clocks.when(found.acknowledged_until, now) if found.acknowledged_until else ""
        messages.success(request, f"It is yours until {until}.")
    return _back(found, workspace)


@require_POST
def hand_over(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Another team owns it from now on."""
    member, found = _reached(request, workspace, case)
    form = HandOverForm(found, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose another team of this workspace.")
        return _back(found, workspace)
    team = form.cleaned_data["team"]
    try:
        cases.hand_over(
            case=found, to=team, member=member, note=form.cleaned_data["note"], actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except cases.SameTeam:
        messages.info(request, f"{team} has it already.")
    except cases.AlreadyResolved:
        messages.info(request, "Nothing in it is open any more.")
    else:
        messages.success(request, f"{team} owns it now, and its clock has begun anew.")
    return _back(found, workspace)


@require_POST
def dismiss(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Let go what was on the screen, or one failure of it, with a reason."""
    member, found = _reached(request, workspace, case)
    form = DismissForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why: choose one of the reasons.")
        return _back(found, workspace)
    try:
        settled = resolutions.dismiss(
            case=found, occurrences=_chosen(found, form), member=member, reason_code=form.cleaned_data["reason"],
            note=form.cleaned_data["note"], actor=access.actor(request), now=timezone.now(),
        )  # fmt: skip
    except resolutions.MissingReason:
        messages.error(request, "“Something else” needs a note that says what.")
    except resolutions.NotOffered:
        messages.error(request, "Failures of this class are not dismissed. Find out first what happened.")
    except resolutions.AlreadySettled:
        messages.info(request, "It was settled meanwhile.")
    else:
        left = (
            ""
            if settled.state == State.RESOLVED
            else f" {wording.counted(settled.open_count, 'failure')} left."
        )
        messages.success(request, f"Dismissed.{left}")
    return _back(found, workspace)


@require_POST
def ask_again(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Send back to the agent what was on the screen, or one failure of it, with a word on what would be right."""
    member, found = _reached(request, workspace, case)
    form = AskAgainForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Tell the agent what would be right.")
        return _back(found, workspace)
    try:
        asked = asking.ask_again(
            case=found, occurrences=_chosen(found, form), member=member, note=form.cleaned_data["wish"],
            actor=access.actor(request), now=timezone.now(),
        )  # fmt: skip
    except resolutions.NotOffered:
        messages.error(request, "Failures of this class are not sent back to the agent.")
    except (asking.NothingToAsk, resolutions.AlreadySettled):
        messages.info(request, "Nothing of it waits for the agent any more.")
    else:
        messages.success(request, f"Sent back: {wording.counted(asked, 'proposal')}. The agent reads why.")
    return _back(found, workspace)


def _chosen(case: Case, form: DismissForm | AskAgainForm) -> list[int]:
    """The open failures that were on the screen, oldest first."""
    rows = Occurrence.objects.filter(case=case, disposition=resolutions.OPEN).order_by("id")
    if (one := form.cleaned_data["occurrence"]) is not None:
        rows = rows.filter(pk=one)
    else:
        rows = rows.filter(pk__lte=form.cleaned_data["upto"] or 0)
    return list(rows.values_list("pk", flat=True)[: resolutions.MOST])


@require_POST
def note(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Write something on it."""
    member, found = _reached(request, workspace, case)
    form = NoteForm(request.POST)
    if form.is_valid():
        cases.add_note(
            case=found,
            member=member,
            text=form.cleaned_data["text"],
            actor=access.actor(request),
            now=timezone.now(),
        )
    else:
        messages.error(request, "There is nothing to note, or too much: up to 2,000 characters.")
    return _back(found, workspace)
