"""Dry runs of declared tools: an admin asks for one, a worker carries it out, and what came of it is kept a while."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import DeclaredTool, Trial

KEPT = 20  # of one tool
KEPT_FOR = timedelta(days=30)
PATIENCE = timedelta(minutes=2)  # after that the worker that had it is lost
MOST_WAITING = 5  # of one workspace


class TooManyWaiting(LookupError):
    """Several dry runs wait already: look at what comes of them first."""


def ask(
    *, tool: DeclaredTool, arguments: dict[str, Any] | None, by: int | None, actor: Actor, now: datetime
) -> Trial:
    """Put a dry run before the workers. Without arguments they only say which secrets they have.

    Raises `TooManyWaiting`.
    """
    with transaction.atomic():
        unfinished = Trial.objects.filter(tool__workspace_id=tool.workspace_id).exclude(
            state=Trial.State.DONE
        )
        if arguments is not None and unfinished.filter(arguments__isnull=False).count() >= MOST_WAITING:
            raise TooManyWaiting(tool.name)
        trial = Trial.objects.create(tool=tool, arguments=arguments, asked_by_id=by, asked_at=now)
        _forget_old(tool, now)
        kind = "tool.tried" if arguments is not None else "tool.secrets_asked"
        data = {"tool": tool.name, "version": tool.version, "trial": trial.pk}
        ledger.append(workspace_id=tool.workspace_id, kind=kind, actor=actor, at=now, data=data)
    return trial


def of_tool(workspace_id: int, name: str) -> list[Trial]:
    """What was tried of a tool, in whatever version, the latest first."""
    rows = Trial.objects.filter(tool__workspace_id=workspace_id, tool__name=name)
    return list(rows.select_related("tool", "asked_by").order_by("-id")[:KEPT])


def _forget_old(tool: DeclaredTool, now: datetime) -> None:
    """Arguments may speak of people: a trial is no record, and goes."""
    rows = Trial.objects.filter(tool__name=tool.name, tool__workspace_id=tool.workspace_id)
    rows.filter(asked_at__lt=now - KEPT_FOR).delete()
    kept = list(rows.order_by("-id").values_list("id", flat=True)[:KEPT])
    if len(kept) == KEPT:
        rows.filter(id__lt=kept[-1]).delete()
