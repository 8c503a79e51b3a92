"""Rosters: a team's people over some time, read once. What they say of a moment they say without another query."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from approvals.models import Cover
from exceptions import turns
from exceptions.models import Override, Team, Turn


@dataclass(frozen=True)
class Roster:
    """``order`` are user ids as turns go round; ``able`` who can be called at all: active members of the workspace."""

    team: Team
    members: tuple[int, ...]
    order: tuple[int, ...]
    overrides: tuple[Override, ...]  # the latest word first
    covers: tuple[Cover, ...]
    able: dict[int, User]

    def on_duty(self, at: datetime) -> User | None:
        """Who is on duty then, or nobody."""
        for user in (*self._overriding(at), *self._in_turn(at)):
            found = self.seated(user, at)
            if found is not None:
                return found
        return None

    def takes_turns(self, at: datetime) -> bool:
        """Whether one person is on duty then, rather than everybody."""
        return bool(any(self._overriding(at)) or self._turn(at) is not None)

    def everyone(self, at: datetime) -> list[User]:
        """Every member who can be called, and who stands in for those who are away; nobody twice."""
        seated = (self.seated(user, at) for user in self.members)
        found = {user.pk: user for user in seated if user is not None}
        return sorted(found.values(), key=lambda user: user.get_username())

    def seated(self, user: int, at: datetime) -> User | None:
        """Who fills somebody's seat: they themselves, or who stands in, unless that person is away too."""
        if user not in self.able:
            return None  # who left has no seat
        absent = {cover.away_id: cover.stand_in_id for cover in self.covers if _lasts(cover, at)}
        stand_in = absent.get(user)
        if stand_in is None:
            return self.able[user]
        return self.able.get(stand_in) if stand_in not in absent else None

    def overridden(self, at: datetime) -> Override | None:
        """The override that decides who is on duty then, if one does."""
        lasting = (override for override in self.overrides if _lasts(override, at))
        return next((override for override in lasting if self.seated(override.user_id, at) is not None), None)

    def _overriding(self, at: datetime) -> list[int]:
        """Where two overrides meet, the one made last is asked first."""
        return [override.user_id for override in self.overrides if _lasts(override, at)]

    def _in_turn(self, at: datetime) -> Iterator[int]:
        """From whose turn it is round to whose was before; those who left the team are passed over."""
        turn = self._turn(at)
        for number in range(len(self.order)) if turn is not None else ():
            user = self.order[((turn or 0) + number) % len(self.order)]
            if user in self.members:
                yield user

    def _turn(self, at: datetime) -> int | None:
        return turns.number(self.team, at) if self.order else None


def of(team: Team, since: datetime, until: datetime | None = None) -> Roster:
    """The team from one moment to another, or at the one."""
    return of_many([team], since, until)[team.pk]


def of_many(teams: Sequence[Team], since: datetime, until: datetime | None = None) -> dict[int, Roster]:
    """Teams of one workspace by their ids. Five queries, however many teams and people."""
    until = until or since
    lasting = Q(starts_at__lte=until, ends_at__gt=since)
    rows = Override.objects.filter(lasting, team__in=teams).order_by("-created_at", "-pk")
    overrides = _by_team((row.team_id, row) for row in rows)
    members = _by_team(
        Team.members.through.objects.filter(team__in=teams).values_list("team", "user").order_by("user")
    )
    order = _by_team(Turn.objects.filter(team__in=teams).order_by("position").values_list("team", "user"))
    workspaces = {team.workspace_id for team in teams}
    covers = tuple(Cover.objects.filter(lasting, workspace__in=workspaces).order_by("pk"))
    named = {user for found in (members, order) for users in found.values() for user in users}
    named |= {override.user_id for found in overrides.values() for override in found}
    named |= {cover.stand_in_id for cover in covers if cover.away_id in named}
    able = User.objects.filter(memberships__workspace__in=workspaces, pk__in=named, is_active=True).in_bulk()
    return {
        team.pk: Roster(
            team, tuple(members[team.pk]), tuple(order[team.pk]), tuple(overrides[team.pk]), covers, able
        )
        for team in teams
    }


def _by_team(rows: Iterable[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for team, what in rows:
        found[team].append(what)
    return found


def _lasts(spell: Override | Cover, at: datetime) -> bool:
    return spell.starts_at <= at < spell.ends_at
