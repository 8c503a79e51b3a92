"""A worker carries out the dry runs that admins ask for: the request is made and shown, and what came of it is kept.

Nothing is written by one. So a trial that its worker was lost over is over too, and asked for again by whoever wants.
"""

import time
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog
from django.db import transaction

from approvals import arguments as reading
from approvals import canonical, kinds, locks, shelf, tools, trials
from approvals.models import Trial
from runs import clock, secrets

BATCH = 8
LONGEST_SHOWN = 20_000
Taken = tuple[Trial, list[tools.Tool]]
log = structlog.get_logger(__name__)


@dataclass
class Tried:
    """What came of one, on its way from the thread that did it to the row."""

    ending: str = Trial.Ending.PASSED
    failure_class: str = ""
    message: str = ""
    request: str = ""
    answer: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    secrets: dict[str, bool] = field(default_factory=dict)
    took_ms: int | None = None


def carry_out(*, threads: Executor, now: datetime) -> int:
    """Carry out what waits, a few at once. Returns how many."""
    waiting = _take(now)
    for (trial, _), tried in zip(waiting, threads.map(_try, waiting), strict=True):
        _keep(trial, tried)
    return len(waiting)


def give_up_lost(*, now: datetime) -> int:
    """What a worker took and never finished is over. Returns how many."""
    lost = Trial.objects.filter(state=Trial.State.STARTED, started_at__lt=now - trials.PATIENCE)
    message = "The worker that had it was lost. Nothing was written; try again."
    return lost.update(state=Trial.State.DONE, finished_at=now, ending=Trial.Ending.LOST, message=message)


def any_waiting() -> bool:
    return Trial.objects.filter(state=Trial.State.WAITING).exists()


def _take(now: datetime) -> list[Taken]:
    """Of two workers, one has each. The tools are built here: threads have no database."""
    waiting = Trial.objects.filter(state=Trial.State.WAITING)
    if not waiting.exists():
        return []
    with transaction.atomic():
        rows = locks.take(waiting.select_related("tool__workspace"), skip=True)
        mine = list(rows.order_by("asked_at")[:BATCH])
        Trial.objects.filter(pk__in=[row.pk for row in mine]).update(
            state=Trial.State.STARTED, started_at=now
        )
    return [(row, _made(row)) for row in mine]


def _made(row: Trial) -> list[tools.Tool]:
    """The tool as that version declares it."""
    try:
        return shelf.built(row.tool)
    except (kinds.UnknownKind, kinds.NotADefinition, ValueError) as error:
        log.error("trial.not_built", tool=row.tool.name, error=type(error).__name__)
        return []


def _try(taken: Taken) -> Tried:
    """Never raises: every ending is told."""
    trial, made = taken
    tried = Tried(secrets=_known(trial))
    if trial.arguments is None:
        return tried
    if not made:
        return _ended(tried, Trial.Ending.BROKEN, "", "The definition cannot be built by this worker")
    began = time.monotonic()
    _rehearse(tried, made[0], trial)
    tried.took_ms = round((time.monotonic() - began) * 1000)
    return tried


def _known(trial: Trial) -> dict[str, bool]:
    """By name: whether this worker has it. Never what it is."""
    own = secrets.of(trial.tool.workspace.slug)
    return {name: _has(own, name) for name in kinds.get(trial.tool.kind).secrets(trial.tool.definition)}


def _has(own: secrets.OfWorkspace, name: str) -> bool:
    try:
        own.get(name)
    except secrets.MissingSecret:
        return False
    return True


def _rehearse(tried: Tried, tool: tools.Tool, trial: Trial) -> None:
    read = reading.read(tool, trial.arguments or {})
    if read.value is None:
        words = "; ".join(f"{error.field}: {error.message}" for error in read.errors)
        _ended(tried, Trial.Ending.REFUSED, "proposal.invalid", words)
        return
    key, context = f"trial-{uuid4().hex}", tools.Context(workspace=trial.tool.workspace.slug)
    try:
        tried.request = tool.spelled(read.value, key=key, context=context)
        told = tool.rehearse(read.value, key=key, context=context)
        tried.request = told.request or tried.request
        tried.answer, tried.notes = _plain(told.would), list(told.notes)
    except tools.Unknown as doubt:
        _ended(tried, Trial.Ending.UNKNOWN, doubt.code, doubt.message)
    except tools.Transient as trouble:
        _ended(tried, Trial.Ending.TRANSIENT, trouble.code, trouble.message)
    except tools.Refused as refusal:
        _ended(tried, Trial.Ending.REFUSED, refusal.code, refusal.message)
    except Exception as error:
        # A connector's own mistake must not stop the worker, nor tell more than its kind.
        log.exception("connector.broke", tool=tool.name)
        _ended(tried, Trial.Ending.BROKEN, "", f"The connector broke: {type(error).__name__}")


def _plain(would: dict[str, Any]) -> dict[str, Any]:
    try:
        canonical.check(would)
    except canonical.NotCanonical as refusal:
        return {"not_shown": f"{refusal.pointer}: {refusal.remedy}"}
    return would


def _ended(tried: Tried, ending: str, code: str, message: str) -> Tried:
    tried.ending, tried.failure_class, tried.message = ending, code[:60], message[:500]
    return tried


def _keep(trial: Trial, tried: Tried) -> None:
    Trial.objects.filter(pk=trial.pk, state=Trial.State.STARTED).update(
        state=Trial.State.DONE, finished_at=clock.now(), ending=tried.ending,
        failure_class=tried.failure_class, message=tried.message.replace("\x00", ""),
        request=tried.request.replace("\x00", "")[:LONGEST_SHOWN], answer=tried.answer, notes=tried.notes,
        secrets=tried.secrets, took_ms=tried.took_ms,
    )  # fmt: skip
