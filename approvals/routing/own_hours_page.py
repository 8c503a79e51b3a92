"""The page “Hours, cover and letters”: what it shows."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from approvals import hours, moments, rail
from approvals.hours import Hours
from approvals.models import Cover, Membership
from approvals.models.workspace import Role
from approvals.routing import covers, own_hours_forms
from approvals.routing.own_hours_forms import CoverForm, HoursForm, LettersForm
from approvals.visible import visible

ACTING = (Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)
MOST = 200


def show(
    request: HttpRequest,
    member: Membership,
    now: datetime,
    *,
    own: HoursForm | None = None,
    letters: LettersForm | None = None,
    cover: CoverForm | None = None,
) -> HttpResponse:
    """The page, with the form that was refused among its forms, if one was."""
    refused = any(form is not None for form in (own, letters, cover))
    clock, usual = hours.of_member(member), hours.of_workspace(member.workspace)
    admin = member.may(Role.ADMIN)
    context = rail.around(member, now) | {
        "acts": member.may(*ACTING),
        "admin": admin,
        "reviewer": member.may(Role.REVIEWER),
        "own": own or own_form(member),
        "letters": letters or LettersForm(held=member.letters),
        "cover": cover or cover_form(member),
        "as_usual": clock == usual and not member.timezone,
        "clock": in_words(clock),
        "usual": in_words(usual),
        "letters_text": member.get_letters_display(),
        "letters_enabled": settings.LETTERS_ENABLED,
        **absences(member, now, everybody=admin),
    }
    return render(request, "approvals/routing/hours.html", context, status=422 if refused else 200)


def own_form(member: Membership, data: Any = None) -> HoursForm:
    return HoursForm(data, held=hours.of_member(member), auto_id="own-%s")


def cover_form(member: Membership, data: Any = None) -> CoverForm:
    """Admins may arrange it for any reviewer; everybody else for themselves."""
    able = Membership.objects.filter(
        workspace=member.workspace_id, roles__contains=[Role.REVIEWER], user__is_active=True
    )
    people = list(able.select_related("user", "workspace").order_by("user__username")[:MOST])
    return CoverForm(data, member=member, people=people, others=member.may(Role.ADMIN))


def absences(member: Membership, now: datetime, *, everybody: bool) -> dict[str, list[dict[str, Any]]]:
    """Present and future covers: one's own, those taken on, and for admins all others."""
    live = covers.live(member.workspace_id, now)
    mine = member.user_id
    rows = list(live if everybody else live.filter(covers.concerns(member)))[:MOST]
    return {
        "given": [_line(row, f"{row.stand_in.get_username()} stands in for you", now) for row in rows
                  if row.away_id == mine],
        "taken": [_line(row, f"You stand in for {row.away.get_username()}", now) for row in rows
                  if row.stand_in_id == mine],
        "others": [_line(row, f"{row.stand_in.get_username()} stands in for {row.away.get_username()}", now)
                   for row in rows if mine not in (row.away_id, row.stand_in_id)],
    }  # fmt: skip


def in_words(clock: Hours) -> str:
    """ "Monday to Friday, 09:00 to 17:30, Europe/Berlin"."""
    return f"{_days(sorted(clock.days))}, {clock.start:%H:%M} to {clock.end:%H:%M}, {clock.zone}"


def _days(days: list[int]) -> str:
    names = dict(own_hours_forms.WEEK)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[str(days[0])]} to {names[str(days[-1])]}"
    return ", ".join(names[str(day)] for day in days)


def _line(cover: Cover, text: str, now: datetime) -> dict[str, Any]:
    until = moments.near(cover.ends_at, now)
    begun = cover.starts_at <= now
    when = f"now, until {until}" if begun else f"from {moments.near(cover.starts_at, now)} until {until}"
    return {
        "id": cover.pk,
        "text": visible(text),
        "when": when,
        "act": "End it now" if begun else "Call it off",
    }
