"""The rule of two in a workspace: it holds where it is on and there are two admins to keep it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, line
from approvals.models import Membership, Workspace
from approvals.models.workspace import Role

KIND = "rule"


class SameRule(ValueError):
    """The rule stands like that already."""


def admins(workspace_id: int, *, lock: bool = False) -> set[int]:
    """The users who may change settings at this moment; locked, nobody gains or loses the role meanwhile."""
    rows = Membership.objects.filter(
        workspace_id=workspace_id, roles__contains=[Role.ADMIN], user__is_active=True
    ).order_by("pk")
    rows = locks.take(rows) if lock else rows
    return set(rows.values_list("user_id", flat=True))


def needs_two(workspace: Workspace) -> bool:
    """Whether a change that widens waits for a second admin. A single admin suffices where there is no other."""
    return workspace.two_people and len(admins(workspace.pk)) > 1


def switch(*, workspace: Workspace, on: bool, actor: Actor, now: datetime) -> None:
    """Two admins for what widens from now on, or one. Raises `SameRule`."""
    with transaction.atomic():
        rows = Workspace.objects.filter(pk=workspace.pk).exclude(two_people=on)
        if not rows.update(two_people=on):
            raise SameRule(workspace.slug)
        ledger.append(
            workspace_id=workspace.pk, kind="workspace.changed", actor=actor, at=now, data={"two_people": on}
        )
    workspace.two_people = on


def widening(*, on: bool) -> Draft | None:
    """To switch the rule off is itself for two."""
    if on:
        return None
    lines = [line("Needed", "one admin", "two admins")]
    return Draft(KIND, "", "One admin suffices for every change", {"on": False}, True, lines)


def standing(workspace: Workspace, _: dict[str, Any]) -> bool:
    return Workspace.objects.values_list("two_people", flat=True).get(pk=workspace.pk)


def carry_out(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    switch(workspace=workspace, on=payload["on"], actor=actor, now=now)
