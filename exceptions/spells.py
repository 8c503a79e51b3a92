"""Who is on duty when: the time ahead in spells, each with one person or nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.contrib.auth.models import User

from exceptions import rosters, turns
from exceptions.models import Override, Team
from exceptions.rosters import Roster

AHEAD = timedelta(days=28)
MOST = 60


@dataclass(frozen=True)
class Spell:
    """``user`` is None where nobody can be on duty; ``override`` is the one that decides, where one does."""

    starts_at: datetime
    ends_at: datetime
    user: User | None
    override: Override | None


def of(team: Team, since: datetime, until: datetime) -> list[Spell]:
    """Every spell of a time, in order; alike neighbours are one."""
    roster = rosters.of(team, since, until)
    edges = [since, *(edge for edge in _edges(roster, since, until)), until]
    found: list[Spell] = []
    for starts_at, ends_at in pairwise(edges):
        spell = Spell(starts_at, ends_at, roster.on_duty(starts_at), roster.overridden(starts_at))
        if found and (found[-1].user, found[-1].override) == (spell.user, spell.override):
            found[-1] = Spell(found[-1].starts_at, ends_at, spell.user, spell.override)
        else:
            found.append(spell)
    return found[:MOST]


def _edges(roster: Roster, since: datetime, until: datetime) -> list[datetime]:
    """The moments within at which somebody else may be on duty than before."""
    bounds = [edge for one in roster.overrides for edge in (one.starts_at, one.ends_at)]
    bounds += [edge for one in roster.covers for edge in (one.starts_at, one.ends_at)]
    return sorted(
        {edge for edge in (*bounds, *_handovers(roster.team, since, until)) if since < edge < until}
    )


def _handovers(team: Team, since: datetime, until: datetime) -> Iterator[datetime]:
    if team.turns_begin_at is None:
        return
    turn = turns.number(team, since)
    turn = 0 if turn is None else turn + 1
    while (at := turns.begins(team, turn)) < until:
        yield at
        turn += 1
