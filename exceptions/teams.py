"""Teams: who is in them, when they work, and in which order they take turns. Admins change them, version by version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.hours import Hours
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions.models import Revision, Team, Turn


class NotYourTeams(PermissionError):
    """Only admins change teams. On duty, people of a team may change places themselves: see `overrides`."""


class SameName(ValueError):
    """Another team of the workspace is called so."""


class StaleTeam(LookupError):
    """Somebody changed the team meanwhile. Read it again."""


class NoMember(ValueError):
    """Only people of the workspace are in its teams, and only people of a team take turns in it."""


@dataclass(frozen=True)
class Terms:
    """What an admin may set. ``hours`` are None where they are the workspace's; ``order`` and ``members`` are user
    ids; without ``turns_begin_at`` nobody takes turns.
    """

    name: str
    members: frozenset[int]
    hours: Hours | None
    order: tuple[int, ...]
    turns_begin_at: datetime | None
    turn_days: int


def add(*, name: str, member: Membership, actor: Actor, now: datetime) -> Team:
    """A team of nobody yet. Raises `NotYourTeams`, `SameName`."""
    _of_admin(member, member.workspace_id)
    with transaction.atomic():
        team, made = Team.objects.get_or_create(workspace=member.workspace, name=name)
        if not made:
            raise SameName(name)
        _keep(team, "team.added", member, actor, now)
    return team


def change(
    *, team: Team, seen_version: int, terms: Terms, member: Membership, actor: Actor, now: datetime
) -> Team:
    """Set the terms of a team, as its next version. Raises `NotYourTeams`, `NoMember`, `SameName`, `StaleTeam`."""
    _of_admin(member, team.workspace_id)
    people = Membership.objects.filter(workspace=team.workspace_id, user__in=terms.members)
    if not set(terms.order) <= terms.members or people.count() != len(terms.members):
        raise NoMember(team.name)
    with transaction.atomic():
        if not _set(team, seen_version, terms):
            raise StaleTeam(team.name)
        team.refresh_from_db()
        team.members.set(terms.members)
        team.turns.all().delete()
        Turn.objects.bulk_create(
            Turn(team=team, position=position, user_id=user) for position, user in enumerate(terms.order)
        )
        _keep(team, "team.changed", member, actor, now)
    return team


def _set(team: Team, seen_version: int, terms: Terms) -> int:
    hours = terms.hours
    rows = Team.objects.filter(pk=team.pk, version=seen_version)
    try:
        with transaction.atomic():
            return rows.update(
                name=terms.name,
                timezone=hours.zone if hours else "",
                works_from=hours.start if hours else None,
                works_until=hours.end if hours else None,
                works_on=sorted(hours.days) if hours else None,
                turns_begin_at=terms.turns_begin_at,
                turn_days=terms.turn_days,
                version=seen_version + 1,
            )
    except IntegrityError as error:
        raise SameName(terms.name) from error


def _of_admin(member: Membership, workspace_id: int) -> None:
    if member.workspace_id != workspace_id or not member.may(Role.ADMIN):
        raise NotYourTeams("this needs the role admin")


def content(team: Team) -> dict[str, Any]:
    """What an export would say of the team."""
    clock = [team.works_from, team.works_until]
    return {
        "name": team.name,
        "members": sorted(team.members.values_list("username", flat=True)),
        "timezone": team.timezone,
        "hours": [f"{at:%H:%M}" for at in clock if at is not None],
        "days": team.works_on,
        "turns": list(team.turns.order_by("position").values_list("user__username", flat=True)),
        "turns_begin_at": team.turns_begin_at.isoformat() if team.turns_begin_at else None,
        "turn_days": team.turn_days,
    }


def _keep(team: Team, kind: str, member: Membership, actor: Actor, now: datetime) -> None:
    Revision.objects.create(
        workspace_id=team.workspace_id, kind="team", key=str(team.pk), version=team.version, content=content(team),
        by_id=member.user_id, at=now,
    )  # fmt: skip
    ledger.append(
        workspace_id=team.workspace_id, kind=kind, actor=actor, at=now,
        data={"team": team.pk, "version": team.version, "members": team.members.count()},
    )  # fmt: skip
