"""Changing places on duty: for people of the team themselves, and for admins."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access
from approvals.administering import settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models.workspace import Role
from exceptions import access as own
from exceptions import overrides, rosters, team_page
from exceptions.turns import hours_of

ACTING = (Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)


@require_POST
def override(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Somebody else is on duty for a while."""
    member = access.member(request, workspace, *ACTING)
    found, now = own.team(member, team), timezone.now()
    roster = rosters.of(found, now)
    if member.user_id not in roster.members and not member.may(Role.ADMIN):
        raise PermissionDenied("only people of the team, and admins, say who is on duty in it")
    people = [user for user in roster.everyone(now) if user.pk in roster.members]
    form = team_page.override_form(found, people, hours_of(found), now, request.POST)
    if form.is_valid():
        starts_at, ends_at = form.spell()
        try:
            overrides.override(
                team=found, user=form.who, starts_at=starts_at, ends_at=ends_at, member=member,
                actor=access.actor(request), now=now,
            )  # fmt: skip
        except overrides.OddSpell:
            form.add_error("last", "It must end after it begins, not in the past, and within ninety days.")
        except overrides.NotOfTheTeam:
            form.add_error("user", "This person has left the team meanwhile.")
        except overrides.NotYourDuty:
            form.add_error("user", "You may take duty on, and give away your own; the rest is for admins.")
        else:
            messages.success(request, f"{form.who.get_username()} is on duty then.")
            return SeeOther(reverse("team", args=[workspace, found.pk]))
    context = team_page.read(found, member, now, override=form)
    return settings_page.show(request, member, "teams", "team", context, code=422)


@require_POST
def take_back(request: HttpRequest, workspace: str, team: int, override: int) -> HttpResponse:
    """The order counts again."""
    member = access.member(request, workspace, *ACTING)
    found = own.team(member, team)
    row = own.override(found, override)
    try:
        overrides.take_back(row=row, member=member, actor=access.actor(request), now=timezone.now())
    except overrides.NotYourDuty as error:
        raise PermissionDenied(str(error)) from error
    except overrides.OverrideOver:
        messages.info(request, "It has ended already.")
    else:
        messages.success(request, "The order counts again.")
    return SeeOther(reverse("team", args=[workspace, found.pk]))
