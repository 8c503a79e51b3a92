"""Overrides: somebody else is on duty for a while. People of a team change places without asking an administrator."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.telling import notices
from exceptions import spells
from exceptions.models import Override, Team

LONGEST = timedelta(days=90)


class NotYourDuty(PermissionError):
    """One's own duty may be given away, and another's taken on. Anything else is for admins."""


class NotOfTheTeam(ValueError):
    """Only people of the team are on duty in it."""


class OddSpell(ValueError):
    """It ends before it begins, lies in the past, or lasts longer than ninety days."""


class OverrideOver(LookupError):
    """The override has ended."""


def override(
    *,
    team: Team,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    member: Membership,
    actor: Actor,
    now: datetime,
) -> Override:
    """From then to then this person is on duty, whatever the order says. The last word counts where two overlap.

    Raises `NotYourDuty`, `NotOfTheTeam`, `OddSpell`.
    """
    starts_at = max(starts_at, now)
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise OddSpell(f"{starts_at.isoformat()} to {ends_at.isoformat()}")
    if not team.members.filter(pk=user.pk, is_active=True, memberships__workspace=team.workspace_id).exists():
        raise NotOfTheTeam(str(user))
    if not may(member, team, user, starts_at, ends_at):
        raise NotYourDuty("this is somebody else's duty")
    with transaction.atomic():
        row = Override.objects.create(
            team=team, user=user, starts_at=starts_at, ends_at=ends_at, made_by=member.user, created_at=now
        )
        _record("duty.overridden", row, actor, now)
        if user.pk != member.user_id:
            notices.tell(
                workspace_id=team.workspace_id, users=[user.pk], kind="duty_given", now=now, by=member.user_id
            )
    return row


def may(member: Membership, team: Team, user: User, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the member may put this person on duty then."""
    if member.workspace_id != team.workspace_id:
        return False
    if member.may(Role.ADMIN):
        return True
    if not team.members.filter(pk=member.user_id).exists():
        return False
    own = all(spell.user == member.user for spell in spells.of(team, starts_at, ends_at))
    return own or user.pk == member.user_id


def take_back(*, row: Override, member: Membership, actor: Actor, now: datetime) -> None:
    """From now on the order counts again. What has not begun is called off. Raises `NotYourDuty`, `OverrideOver`."""
    involved = member.user_id in (row.made_by_id, row.user_id) or member.may(Role.ADMIN)
    if member.workspace_id != row.team.workspace_id or not involved:
        raise NotYourDuty("somebody else made it, for somebody else")
    with transaction.atomic():
        live = Override.objects.filter(pk=row.pk, ends_at__gt=now)
        begun = live.filter(starts_at__lt=now).update(ends_at=now)
        if not begun and not live.filter(starts_at__gte=now).delete()[0]:
            raise OverrideOver(str(row))
        _record("duty.restored", row, actor, now)


def _record(kind: str, row: Override, actor: Actor, now: datetime) -> None:
    ledger.append(
        workspace_id=row.team.workspace_id, kind=kind, actor=actor, at=now,
        data={"team": row.team_id, "override": row.pk, "user": f"user:{row.user_id}",
              "from": row.starts_at.isoformat(), "until": row.ends_at.isoformat()},
    )  # fmt: skip
