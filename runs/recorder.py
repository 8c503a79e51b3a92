"""The record of runs: begun, told step by step, ended. Workflows of our own and agents outside report through it."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Agent
from runs import step_rows
from runs.models import Run, Step
from runs.models.run import PATIENCE_SECONDS, State

ENDINGS = (State.SUCCEEDED, State.PARTIAL, State.FAILED, State.CANCELLED)


class AlreadyFinished(LookupError):
    """The run has ended, and its record with it. Begin another run."""

    def __init__(self, run: Run):
        super().__init__(f"{run.public_id} is {run.state}")
        self.run = run


class NoEnding(ValueError):
    """A run ends succeeded, partial, failed or cancelled."""


@dataclass(frozen=True)
class Move:
    """One step as it is reported. ``key`` is the reporter's own name for it: telling it twice changes nothing."""

    key: str
    name: str
    kind: str  # rule, model, tool, gate, propose, note
    item: str = ""
    parent: str = ""  # the key of the step around it
    input: Any = None
    output: Any = None
    error: dict[str, Any] | None = None  # {"code", "message"}
    prompt: str = ""
    prompt_version: str = ""
    prompt_digest: str = ""
    model: str = ""
    confidence: Decimal | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None
    currency: str = ""
    latency_ms: int | None = None
    proposal: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """Keys that were written down, keys that had been before, and those of the latter that now say something else."""

    new: list[str]
    repeated: list[str]
    contradicted: list[str] = field(default_factory=list)


def start(
    *,
    agent: Agent,
    workflow: str,
    actor: Actor,
    now: datetime,
    period: str = "",
    trace_parent: str = "",
    resumes: Run | None = None,
    patience_seconds: int = PATIENCE_SECONDS,
) -> Run:
    """Begin a run of that workflow, for that period or event. ``resumes``: an ended one that it goes on from."""
    with transaction.atomic():
        run = Run.objects.create(
            workspace_id=agent.workspace_id, agent=agent, agent_version=agent.version, workflow=workflow,
            period=period, trace_parent=trace_parent, started_at=now, resumes=resumes, heard_at=now,
            patience_seconds=patience_seconds,
        )  # fmt: skip
        data = {"workflow": ledger.code_of(workflow), "version": ledger.code_of(agent.version)}
        ledger.append(
            workspace_id=run.workspace_id, kind="run.started", actor=actor, at=now, run=run.id, data=data
        )
    return run


def finish(
    *,
    run: Run,
    state: str,
    actor: Actor,
    now: datetime,
    counts: Mapping[str, int] | None = None,
    error: str = "",
    silent: bool = False,
) -> Run:
    """End a run and keep what it says of itself; ``silent`` when nothing more was heard. Raises `AlreadyFinished`,
    `NoEnding`.
    """
    if state not in ENDINGS:
        raise NoEnding(state)
    counted = dict(counts or {})
    told = {"state": state, "counts": counted, "error": error[:500], "finished_at": now, "silent": silent}
    with transaction.atomic():
        if not Run.objects.filter(pk=run.pk, state=State.RUNNING).update(**told):
            raise AlreadyFinished(Run.objects.get(pk=run.pk))
        named = {name: count for name, count in counted.items() if name and ledger.code_of(name)}
        ledger.append(
            workspace_id=run.workspace_id, kind="run.finished", actor=actor, at=now, run=run.id,
            data={"state": state, "counts": named},
        )  # fmt: skip
    for name, value in told.items():
        setattr(run, name, value)
    return run


def record(*, run: Run, moves: Sequence[Move], now: datetime) -> Recorded:
    """Write down steps whose keys are new to the run. Raises `AlreadyFinished` when there are any after its end.

    On its own it waits for no disk: a power cut may take the steps of the last moment, which are done again then. Told
    within a transaction, steps are as lasting as the rest of it.
    """
    wanted = {move.key: move for move in reversed(moves)}  # of two with one key the first is kept
    keys = list(dict.fromkeys(move.key for move in moves))
    alone = not connection.in_atomic_block
    with nullcontext() if alone else transaction.atomic():  # one statement is a transaction of its own
        written = step_rows.write(run.pk, [vars(wanted[key]) for key in keys], now, waits=not alone)
        if written is not None and len(written) == len(moves):
            return Recorded(keys, [])
        return _repeated(run, moves, wanted, written)


def _repeated(run: Run, moves: Sequence[Move], wanted: dict[str, Move], written: set[str] | None) -> Recorded:
    """Some had been told before, or the run has ended: which, and what contradicts its first telling."""
    new = written or set()
    rows = run.steps.filter(key__in=[key for key in wanted if key not in new]).only(*step_rows.TOLD)
    known = {row.key: row for row in rows}
    if written is None and wanted.keys() - known.keys():
        raise AlreadyFinished(Run.objects.get(pk=run.pk))
    stand: dict[str, Move | Step] = {**wanted, **known}
    contradicted = list(dict.fromkeys(move.key for move in moves if step_rows.differ(stand[move.key], move)))
    if contradicted and written is not None:
        Run.objects.filter(pk=run.pk).update(steps_contradicted=F("steps_contradicted") + len(contradicted))
    keys = list(dict.fromkeys(move.key for move in moves))
    return Recorded(
        [key for key in keys if key in new], [key for key in keys if key not in new], contradicted
    )
