"""How reviewing goes in a workspace: how often a drill comes, when the pace slows, and when people work."""

from datetime import datetime, time
from typing import Any

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Workspace

FIELDS = (
    "drill_every", "hourly_limit", "hourly_limit_high", "timezone", "works_from", "works_until", "works_on",
    "new_versions",
)  # fmt: skip


class SameTerms(ValueError):
    """These are the terms already."""


class StaleTerms(LookupError):
    """Somebody changed them meanwhile: read them again."""


def change(*, workspace: Workspace, terms: dict[str, Any], seen: str, actor: Actor, now: datetime) -> None:
    """Set the terms from now on. ``seen`` is `mark` of those on the screen. Raises `SameTerms`, `StaleTerms`."""
    with transaction.atomic():
        row = locks.take(Workspace.objects).get(pk=workspace.pk)
        if mark(row) != seen:
            raise StaleTerms(row.slug)
        changed = {name: terms[name] for name in FIELDS if terms[name] != getattr(row, name)}
        if not changed:
            raise SameTerms(row.slug)
        Workspace.objects.filter(pk=row.pk).update(**changed)
        told = {name: _code(value) for name, value in changed.items()}
        ledger.append(workspace_id=row.pk, kind="workspace.changed", actor=actor, at=now, data=told)
    for name, value in changed.items():
        setattr(workspace, name, value)


def mark(workspace: Workspace) -> str:
    """The terms in one line, to tell whether they are still those on the screen."""
    return "/".join(str(_code(getattr(workspace, name))) for name in FIELDS).replace(" ", "")


def _code(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value
