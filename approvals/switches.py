"""The kill switch of a workspace or of one agent: pulled, nothing of theirs is written until it is released.

Proposals still come in and wait for people; executions stay scheduled and go on after the release. A tool is stopped
by its policy.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Agent, Workspace


class AlreadyPulled(LookupError):
    """The switch is pulled: nothing is written already."""


class AlreadyReleased(LookupError):
    """The switch is not pulled."""


def pull(*, of: Workspace | Agent, actor: Actor, now: datetime) -> None:
    """Stop everything the workspace or the agent would write. Raises `AlreadyPulled`."""
    with transaction.atomic():
        if not _row(of).filter(paused_at__isnull=True).update(paused_at=now):
            raise AlreadyPulled(str(of))
        _record("switch.pulled", of, actor, now)
    of.paused_at = now


def release(*, of: Workspace | Agent, actor: Actor, now: datetime) -> None:
    """Let what waited go on. Raises `AlreadyReleased`."""
    with transaction.atomic():
        if not _row(of).filter(paused_at__isnull=False).update(paused_at=None):
            raise AlreadyReleased(str(of))
        _record("switch.released", of, actor, now)
    of.paused_at = None


def _row(of: Workspace | Agent) -> QuerySet[Any]:
    return Agent.objects.filter(pk=of.pk) if isinstance(of, Agent) else Workspace.objects.filter(pk=of.pk)


def _record(kind: str, of: Workspace | Agent, actor: Actor, now: datetime) -> None:
    workspace_id, data = (of.workspace_id, {"agent": of.id.hex}) if isinstance(of, Agent) else (of.pk, {})
    ledger.append(workspace_id=workspace_id, kind=kind, actor=actor, at=now, data=data)
