"""One's own hours, letters and absences, and for admins the absence of others."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, moments
from approvals.answering.review_pages import SeeOther
from approvals.models import Cover, Membership
from approvals.models.workspace import Role
from approvals.routing import covers, own_hours, own_hours_page
from approvals.routing.own_hours_forms import CoverForm, EndForm, LettersForm
from approvals.routing.own_hours_page import ACTING


@require_safe
@never_cache
def show(request: HttpRequest, workspace: str) -> HttpResponse:
    """Hours, cover and letters, as they are."""
    return own_hours_page.show(request, access.member(request, workspace), timezone.now())


@require_POST
def set_hours(request: HttpRequest, workspace: str) -> HttpResponse:
    """When the member works; with ``usual``, as the workspace does."""
    member, now = access.member(request, workspace, *ACTING), timezone.now()
    wanted = None
    if "usual" not in request.POST:
        form = own_hours_page.own_form(member, request.POST)
        if not form.is_valid():
            return own_hours_page.show(request, member, now, own=form)
        wanted = form.cleaned_data["hours"]
    try:
        own_hours.set_own(member=member, wanted=wanted, now=now)
    except own_hours.SameHours:
        return _back(request, workspace, "These are your hours already.")
    return _back(request, workspace, "Your hours are kept.")


@require_POST
def set_letters(request: HttpRequest, workspace: str) -> HttpResponse:
    """When the member is written to."""
    member, now = access.member(request, workspace, *ACTING), timezone.now()
    form = LettersForm(request.POST, held=member.letters)
    if not form.is_valid():
        return own_hours_page.show(request, member, now, letters=form)
    own_hours.set_letters(member=member, letters=form.cleaned_data["letters"], now=now)
    return _back(request, workspace, "Kept.")


@require_POST
def arrange(request: HttpRequest, workspace: str) -> HttpResponse:
    """Somebody stands in: for the member, or as an admin says, for a colleague who could not say so."""
    member, now = access.member(request, workspace, Role.REVIEWER, Role.ADMIN), timezone.now()
    form = own_hours_page.cover_form(member, request.POST)
    if not form.is_valid():
        return own_hours_page.show(request, member, now, cover=form)
    stand_in = form.people[form.cleaned_data["stand_in"]]
    starts_at, ends_at = form.spell()
    try:
        made = covers.arrange(
            member=form.who, stand_in=stand_in, starts_at=starts_at, ends_at=ends_at,
            actor=access.actor(request), now=now,
        )  # fmt: skip
    except (covers.NoStandIn, covers.OddSpell, covers.CoveredAlready) as error:
        form.add_error(*_why(error))
        return own_hours_page.show(request, member, now, cover=form)
    _warn(request, made)
    return _back(request, workspace, _arranged(form, made, stand_in, member))


@require_POST
def end_cover(request: HttpRequest, workspace: str) -> HttpResponse:
    """Back early, or it cannot be done: by who is away, by who stands in, or by an admin."""
    member, now = access.member(request, workspace, *ACTING), timezone.now()
    form = EndForm(request.POST)
    live = covers.live(member.workspace_id, now)
    found = live.filter(pk=form.cleaned_data["cover"]).first() if form.is_valid() else None
    if found is None:
        return _back(request, workspace, "That has ended already.")
    if not member.may(Role.ADMIN) and member.user_id not in (found.away_id, found.stand_in_id):
        raise Http404("no cover of yours")
    try:
        covers.end_early(cover=found, actor=access.actor(request), now=now)
    except covers.CoverOver:
        return _back(request, workspace, "That has ended already.")
    return _back(request, workspace, f"{found.stand_in.get_username()} does not stand in any more.")


def _why(error: Exception) -> tuple[str, str]:
    """The field that must change, and how."""
    match error:
        case covers.NoStandIn():
            return "stand_in", "Nobody stands in for themselves, and only a reviewer of this workspace can."
        case covers.CoveredAlready(cover=other):
            until = moments.near(other.ends_at, timezone.now())
            return (
                "first",
                f"{other.stand_in.get_username()} stands in already, until {until}. End that first.",
            )
    return "last", "That time has passed, or it is longer than a year."


def _arranged(form: CoverForm, made: Cover, stand_in: Membership, member: Membership) -> str:
    whom = "you" if form.who.user_id == member.user_id else form.who.user.get_username()
    return f"{stand_in.user.get_username()} stands in for {whom} until {moments.near(made.ends_at, timezone.now())}."


def _warn(request: HttpRequest, made: Cover) -> None:
    """Cover is not handed on: say so where the stand-in is away too."""
    other = covers.away_too(made)
    if other is not None:
        name, until = made.stand_in.get_username(), moments.near(other.ends_at, timezone.now())
        text = f"{name} is away too in that time, until {until}. Nobody stands in for both."
        messages.warning(request, text)


def _back(request: HttpRequest, workspace: str, said: str) -> HttpResponse:
    messages.info(request, said)
    return SeeOther(reverse("own-hours", args=[workspace]))
