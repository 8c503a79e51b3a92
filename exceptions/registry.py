"""Changing a failure class: who owns it, who backs it up, and how long each of them has."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions.models import FailureClass, Plan, Team


class NotYourRegistry(PermissionError):
    """Only admins change who owns which kind of failure."""


class NoBackup(ValueError):
    """Owner and backup are two different teams of the workspace, and neither may be missing."""


class StaleClass(LookupError):
    """Somebody changed the class meanwhile. Read it again."""


@dataclass(frozen=True)
class Terms:
    """What an admin may set. Cases that are open keep the owner and the plan they were opened with."""

    owner: Team
    backup: Team
    plan: Plan
    acknowledge_within: timedelta
    resolve_within: timedelta
    runbook: str


def change(
    *,
    failure_class: FailureClass,
    seen_version: int,
    terms: Terms,
    member: Membership,
    actor: Actor,
    now: datetime,
) -> FailureClass:
    """Set the terms of a class, as its next version. Raises `NotYourRegistry`, `NoBackup`, `StaleClass`."""
    workspace = failure_class.workspace_id
    if member.workspace_id != workspace or not member.may(Role.ADMIN):
        raise NotYourRegistry("this needs the role admin")
    if terms.owner == terms.backup or {terms.owner.workspace_id, terms.backup.workspace_id} != {workspace}:
        raise NoBackup(failure_class.code)
    with transaction.atomic():
        changed = FailureClass.objects.filter(pk=failure_class.pk, version=seen_version).update(
            owner=terms.owner,
            backup=terms.backup,
            acknowledge_within=terms.acknowledge_within,
            resolve_within=terms.resolve_within,
            plan=terms.plan,
            runbook=terms.runbook,
            version=F("version") + 1,
        )
        if not changed:
            raise StaleClass(failure_class.code)
        failure_class.refresh_from_db()
        ledger.append(
            workspace_id=workspace, kind="class.changed", actor=actor, at=now,
            data={"class": failure_class.code, "version": failure_class.version, "owner": terms.owner.pk,
                  "backup": terms.backup.pk, "plan": terms.plan.pk},
        )  # fmt: skip
    return failure_class
