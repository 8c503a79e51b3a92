"""Changing the registry: who owns which kind of failure, who comes when they do not, and what is done about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import revisions, terms
from exceptions.models import FailureClass, Team
from exceptions.terms import Terms

MOST, LONGEST_CODE = 500, 60
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


class NotYourRegistry(PermissionError):
    """Only admins change who owns which kind of failure."""


class NoBackup(ValueError):
    """Owner and backup are two different teams of the workspace, and neither may be missing."""


class StaleClass(LookupError):
    """Somebody changed the class meanwhile. Read it again."""


@dataclass(frozen=True)
class Seat:
    """Who shall own one class, and the version that was on the screen."""

    failure_class: FailureClass
    owner: Team
    backup: Team
    seen_version: int


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
    of_admin(member, failure_class.workspace_id)
    with transaction.atomic():
        return _set(failure_class, seen_version, terms, member.user_id, actor, now)


def assign(*, seats: Iterable[Seat], member: Membership, actor: Actor, now: datetime) -> list[FailureClass]:
    """Give many classes their owners at once, or none of them. Returns those that changed.

    Raises `NotYourRegistry`, `NoBackup`, `StaleClass`.
    """
    changed = []
    with transaction.atomic():
        for seat in seats:
            row = seat.failure_class
            of_admin(member, row.workspace_id)
            if (row.owner_id, row.backup_id) == (seat.owner.pk, seat.backup.pk):
                continue
            wanted = replace(terms.of(row), owner=seat.owner, backup=seat.backup)
            changed.append(_set(row, seat.seen_version, wanted, member.user_id, actor, now))
    return changed


def add(*, row: FailureClass, terms: Terms, member: Membership, actor: Actor, now: datetime) -> FailureClass:
    """A kind of failure of the workspace's own: ``row`` names workspace and code. Raises `NotYourRegistry`, `NoBackup`,
    `StaleClass` where the code is taken.
    """
    of_admin(member, row.workspace_id)
    _check(row, terms)
    made = FailureClass(workspace_id=row.workspace_id, code=row.code, version=1, **terms.columns())
    with transaction.atomic():
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as error:
            raise StaleClass(row.code) from error
        _keep(made, member.user_id, now)
        ledger.append(
            workspace_id=row.workspace_id, kind="class.added", actor=actor, at=now,
            data={"class": made.code, "owner": made.owner_id, "backup": made.backup_id, "plan": made.plan_id},
        )  # fmt: skip
    return made


def classes(workspace_id: int) -> list[FailureClass]:
    """Every class by its code, with its teams and its plan."""
    rows = FailureClass.objects.filter(workspace_id=workspace_id).select_related("owner", "backup", "plan")
    return list(rows.order_by("code")[:MOST])


def is_code(text: str) -> bool:
    """Whether a new class may be called so."""
    return len(text) <= LONGEST_CODE and CODE.fullmatch(text) is not None


def of_admin(member: Membership, workspace_id: int) -> None:
    """Raises `NotYourRegistry` for everybody but admins of that workspace."""
    if member.workspace_id != workspace_id or not member.may(Role.ADMIN):
        raise NotYourRegistry("this needs the role admin")


def _set(
    row: FailureClass, seen_version: int, wanted: Terms, by: int, actor: Actor, now: datetime
) -> FailureClass:
    _check(row, wanted)
    before = terms.told(terms.of(row))
    here = FailureClass.objects.filter(pk=row.pk, version=seen_version)
    if not here.update(version=F("version") + 1, **wanted.columns()):
        raise StaleClass(row.code)
    row.refresh_from_db()
    _keep(row, by, now, before)
    ledger.append(
        workspace_id=row.workspace_id, kind="class.changed", actor=actor, at=now,
        data={"class": row.code, "version": row.version, "owner": wanted.owner.pk, "backup": wanted.backup.pk,
              "plan": wanted.plan.pk},
    )  # fmt: skip
    return row


def _check(row: FailureClass, wanted: Terms) -> None:
    places = {wanted.owner.workspace_id, wanted.backup.workspace_id, wanted.plan.workspace_id}
    if wanted.owner == wanted.backup or places != {row.workspace_id}:
        raise NoBackup(row.code)


def _keep(row: FailureClass, by: int, now: datetime, before: revisions.Content | None = None) -> None:
    revisions.keep(
        workspace_id=row.workspace_id, kind="class", key=row.code, version=row.version,
        content=terms.told(terms.of(row)), before=before, by=by, now=now,
    )  # fmt: skip
