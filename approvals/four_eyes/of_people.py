"""Who may change settings: a further admin, or one fewer where that would leave a single one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from approvals import people, wording
from approvals.actors import Actor
from approvals.four_eyes import rule
from approvals.four_eyes.drafts import Draft, line
from approvals.models import Membership, Workspace
from approvals.models.workspace import Role

ROLES, MEMBER = "roles", "member"


def widening(*, member: Membership, roles: Collection[str]) -> Draft | None:
    """Otherwise one admin could name a second of their own choosing, or send the second away, and be alone."""
    gains = Role.ADMIN in roles and not member.may(Role.ADMIN)
    loses = Role.ADMIN not in roles and member.may(Role.ADMIN)
    if not gains and not (loses and len(rule.admins(member.workspace_id) - {member.user_id}) < 2):
        return None
    payload = {"member": member.pk, "roles": people.in_order(roles)}
    lines = [line("Roles", said(roles), said(member.roles))]
    title = f"Roles of {member.user.get_username()}"
    return Draft(ROLES, str(member.pk), title, payload, people.in_order(member.roles), lines)


def joining(*, workspace: Workspace, username: str, roles: Collection[str]) -> Draft | None:
    """Somebody who begins as an admin. Nobody, where the name is unknown or belongs to the workspace."""
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if Role.ADMIN not in roles or user is None or workspace.memberships.filter(user=user).exists():
        return None
    payload = {"username": username, "roles": people.in_order(roles)}
    lines = [line("Roles", said(roles), "none")]
    return Draft(MEMBER, str(user.pk), f"{username} joins as an admin", payload, [], lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> list[str]:
    return people.in_order(_member(workspace, payload).roles)


def change_roles(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    people.change_roles(member=_member(workspace, payload), roles=payload["roles"], actor=actor, now=now)


def nobody(workspace: Workspace, payload: dict[str, Any]) -> list[str]:
    rows = workspace.memberships.filter(user__username=payload["username"])
    return [role for roles in rows.values_list("roles", flat=True) for role in roles]


def add_member(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    people.add_member(
        workspace=workspace, username=payload["username"], roles=payload["roles"], actor=actor, now=now
    )


def said(roles: Collection[str]) -> str:
    return wording.listed([str(Role(role).label) for role in people.in_order(roles)])


def _member(workspace: Workspace, payload: dict[str, Any]) -> Membership:
    return Membership.objects.select_related("user").get(workspace=workspace, pk=payload["member"])
