"""The pages of teams: who is on duty now and in the weeks ahead, in words."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count

from approvals.hours import Hours
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.routing.own_hours_page import in_words
from exceptions import rosters, spells
from exceptions.models import Team
from exceptions.override_forms import OverrideForm
from exceptions.rosters import Roster
from exceptions.spells import Spell
from exceptions.team_forms import TeamForm
from exceptions.turns import hours_of

MOST = 200
PEOPLE = 500
NOBODY = "Nobody can be called"


def lines(member: Membership, now: datetime) -> list[dict[str, Any]]:
    """Every team, with whom a call to it reaches at this moment."""
    rows = Team.objects.filter(workspace_id=member.workspace_id).annotate(owns=Count("owned_classes"))
    teams = list(rows.order_by("name")[:MOST])
    for team in teams:
        team.workspace = member.workspace
    known = rosters.of_many(teams, now)
    return [
        {"team": team, "duty": _on_duty(known[team.pk], now), "people": len(known[team.pk].everyone(now)),
         "hours": in_words(hours_of(team)), "own": member.user_id in known[team.pk].members}
        for team in teams
    ]  # fmt: skip


def _on_duty(roster: Roster, now: datetime) -> str:
    if not roster.takes_turns(now):
        return "Everybody" if roster.everyone(now) else NOBODY
    found = roster.on_duty(now)
    return found.get_username() if found else NOBODY


def read(
    team: Team,
    member: Membership,
    now: datetime,
    *,
    form: TeamForm | None = None,
    override: OverrideForm | None = None,
) -> dict[str, Any]:
    """Everything the page of a team says, with the form that was refused, if one was."""
    clock, until = hours_of(team), now + spells.AHEAD
    roster = rosters.of(team, now, until)
    people = roster.everyone(now)
    admin, of_team = member.may(Role.ADMIN), member.user_id in roster.members
    own = [user for user in people if user.pk in roster.members]
    return {
        "team": team,
        "duty": _on_duty(roster, now),
        "clock": in_words(clock),
        "as_usual": not (team.timezone or team.works_on or team.works_from),
        "names": [_person(roster.seated(pk, now), pk, roster) for pk in roster.members],
        "spells": [_spell(spell, clock, member, admin, roster) for spell in spells.of(team, now, until)],
        "takes_turns": bool(roster.order) and team.turns_begin_at is not None,
        "form": (form or TeamForm(team, workspace_people(member))) if admin else None,
        "override": (override or override_form(team, own, clock, now)) if admin or of_team else None,
    }


def workspace_people(member: Membership) -> list[Membership]:
    """Who may be in a team: everybody of the workspace who can sign in."""
    rows = Membership.objects.filter(workspace=member.workspace_id, user__is_active=True)
    return list(rows.select_related("user").order_by("user__username")[:PEOPLE])


def override_form(
    team: Team, people: list[User], clock: Hours, now: datetime, data: Any = None
) -> OverrideForm:
    """Offered: from the next full hour to the same hour of the next day."""
    begins = clock.local(now).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    initial = {
        "first": begins.date(), "begins": begins.time(),
        "last": begins.date() + timedelta(days=1), "ends": begins.time(),
    }  # fmt: skip
    return OverrideForm(team, people, data, initial)


def _person(seated: User | None, pk: int, roster: Roster) -> dict[str, str]:
    known = roster.able.get(pk)
    name = known.get_username() if known else ""
    away = f"away; {seated.get_username()} stands in" if seated and seated.pk != pk else ""
    mute = "" if not seated or seated.email else "no e-mail address"
    gone = "" if known else "has left, and is not called"
    return {"name": name or "Somebody", "note": gone or away or ("away" if seated is None else mute)}


def _spell(spell: Spell, clock: Hours, member: Membership, admin: bool, roster: Roster) -> dict[str, Any]:
    row = spell.override
    everybody = not roster.takes_turns(spell.starts_at) and bool(roster.everyone(spell.starts_at))
    who = spell.user.get_username() if spell.user else ("Everybody" if everybody else NOBODY)
    return {
        "from": _said(spell.starts_at, clock),
        "until": _said(spell.ends_at, clock),
        "who": who,
        "you": spell.user is not None and spell.user.pk == member.user_id,
        "empty": who == NOBODY,
        "override": row,
        "may_take_back": row is not None and (admin or member.user_id in (row.made_by_id, row.user_id)),
    }


def _said(at: datetime, clock: Hours) -> str:
    local = clock.local(at)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
