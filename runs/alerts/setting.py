"""Thresholds in force: set, replaced by the next version, retired."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership, Workspace
from approvals.models.workspace import Role
from runs.alerts import raising
from runs.models import Threshold


class NotYours(PermissionError):
    """Only admins set thresholds."""


class SameThreshold(ValueError):
    """Exactly this is in force already."""


class AlreadyRetired(LookupError):
    """It is not in force any more."""


@dataclass(frozen=True)
class Terms:
    """What a threshold says, see `runs.models.Threshold`."""

    workflow: str
    watch: str
    limit: Decimal
    hours: int
    least: int
    currency: str
    working: bool


def set_threshold(*, member: Membership, terms: Terms, actor: Actor, now: datetime) -> Threshold:
    """Put a threshold in force in the place of the version before. Raises `NotYours`, `SameThreshold`."""
    if not member.may(Role.ADMIN):
        raise NotYours("this needs the role admin")
    with transaction.atomic():
        # two admins at once: the second replaces what the first has set
        locks.take(Workspace.objects).get(pk=member.workspace_id)
        rows = Threshold.objects.filter(
            workspace=member.workspace_id, workflow=terms.workflow, watch=terms.watch
        )
        before = rows.order_by("-version").first()
        if before is not None and before.retired_at is None:
            if all(getattr(before, name) == value for name, value in asdict(terms).items()):
                raise SameThreshold(str(before))
            _retire(before, member, actor, now)
        made = Threshold.objects.create(
            workspace_id=member.workspace_id, version=before.version + 1 if before else 1, set_at=now,
            set_by_id=member.user_id, **asdict(terms),
        )  # fmt: skip
        _record("threshold.set", made, actor, now)
    return made


def retire(*, threshold: Threshold, member: Membership, actor: Actor, now: datetime) -> None:
    """Nothing is held to it from now on. Raises `NotYours`, `AlreadyRetired`."""
    if threshold.workspace_id != member.workspace_id or not member.may(Role.ADMIN):
        raise NotYours("this needs the role admin")
    with transaction.atomic():
        _retire(threshold, member, actor, now)
        _record("threshold.retired", threshold, actor, now)


def _retire(threshold: Threshold, member: Membership, actor: Actor, now: datetime) -> None:
    in_force = Threshold.objects.filter(pk=threshold.pk, retired_at__isnull=True)
    if not in_force.update(retired_at=now, retired_by=member.user_id):
        raise AlreadyRetired(str(threshold))
    raising.calm(threshold=threshold, actor=actor, now=now)


def _record(kind: str, threshold: Threshold, actor: Actor, now: datetime) -> None:
    told = {
        "threshold": threshold.pk, "watch": threshold.watch, "version": threshold.version,
        "limit": str(threshold.limit), "workflow": ledger.code_of(threshold.workflow),
    }  # fmt: skip
    ledger.append(workspace_id=threshold.workspace_id, kind=kind, actor=actor, at=now, data=told)
