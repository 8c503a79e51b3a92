"""Turns: after so many days, at the same time on the team's clock, the next in the order is on duty."""

from datetime import datetime, timedelta

import structlog

from approvals import hours
from approvals.hours import Hours
from exceptions.models import Team

log = structlog.get_logger(__name__)


def hours_of(team: Team) -> Hours:
    """When the team works: its own hours, and the workspace's where it set none, or none that can be read."""
    usual = hours.of_workspace(team.workspace)
    start, end = usual.start, usual.end
    if team.works_from is not None and team.works_until is not None:
        start, end = team.works_from, team.works_until
    days = frozenset(team.works_on) if team.works_on else usual.days
    try:
        return Hours(team.timezone or usual.zone, days, start, end)
    except hours.OddHours as error:
        log.warning("team.odd_hours", team=team.pk, reason=str(error))
        return usual


def number(team: Team, at: datetime) -> int | None:
    """Which turn lasts then, the first being 0; none before the first, or where none was agreed on."""
    if team.turns_begin_at is None or at < team.turns_begin_at:
        return None
    clock = hours_of(team)
    first, here = (clock.local(moment).replace(tzinfo=None) for moment in (team.turns_begin_at, at))
    turn = max((here - first) // timedelta(days=team.turn_days), 0)
    if begins(team, turn + 1) <= at:
        return turn + 1  # clocks show the same twice, and it began when they did so first
    return turn - 1 if turn and at < begins(team, turn) else turn


def begins(team: Team, turn: int) -> datetime:
    """When a turn begins. Where clocks jump over that time, at the jump."""
    assert team.turns_begin_at is not None
    clock = hours_of(team)
    first = clock.local(team.turns_begin_at)
    if turn == 0:
        return team.turns_begin_at
    day = first.date() + timedelta(days=turn * team.turn_days)
    return hours.moment(day, first.time(), clock.tzinfo, fold=0)
