"""The people of a workspace and their roles. There is always somebody left who may change them."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership, Workspace
from approvals.models.workspace import Role


class UnknownPerson(LookupError):
    """Nobody of that name can sign in here. Users are made outside; a workspace only takes them in."""


class AlreadyMember(LookupError):
    """The person belongs to the workspace. Change their roles instead."""


class SameRoles(ValueError):
    """The person has exactly these roles."""


class LastAdmin(ValueError):
    """Nobody else could change anything any more: make somebody else an admin first."""


def add_member(
    *, workspace: Workspace, username: str, roles: Collection[str], actor: Actor, now: datetime
) -> Membership:
    """A user of this installation, in this workspace from now on. Raises `UnknownPerson`, `AlreadyMember`."""
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownPerson(username)
    with transaction.atomic():
        member, made = Membership.objects.get_or_create(
            workspace=workspace, user=user, defaults={"roles": in_order(roles), "created_at": now}
        )
        if not made:
            raise AlreadyMember(username)
        _record("member.added", member, actor, now)
    return member


def change_roles(*, member: Membership, roles: Collection[str], actor: Actor, now: datetime) -> None:
    """These roles instead of those before. Raises `SameRoles`, `LastAdmin`."""
    wanted = in_order(roles)
    with transaction.atomic():
        admins = _lock_admins(member.workspace_id)
        if Role.ADMIN not in wanted and admins == {member.pk}:
            raise LastAdmin(str(member))
        same = Q(roles__contains=wanted, roles__contained_by=wanted)
        if not Membership.objects.filter(~same, pk=member.pk).update(roles=wanted):
            raise SameRoles(str(member))
        member.roles = wanted
        _record("member.changed", member, actor, now)


def reviews_still(member: Membership) -> bool:
    """Whether the member is a reviewer at this moment, whatever they were when the request began."""
    return Membership.objects.filter(pk=member.pk, roles__contains=[Role.REVIEWER]).exists()


def in_order(roles: Collection[str]) -> list[str]:
    """The roles without repeats, in the order in which they are always listed."""
    return [role for role in Role.values if role in roles]


def _lock_admins(workspace_id: int) -> set[int]:
    """Who can change things, held until the end of the transaction, so that two admins cannot unseat each other."""
    admins = Membership.objects.filter(
        workspace_id=workspace_id, roles__contains=[Role.ADMIN], user__is_active=True
    )
    return set(locks.take(admins).order_by("pk").values_list("pk", flat=True))


def _record(kind: str, member: Membership, actor: Actor, now: datetime) -> None:
    data = {"user": member.user_id, "roles": member.roles}
    ledger.append(workspace_id=member.workspace_id, kind=kind, actor=actor, at=now, data=data)
