"""A worker's part in replays: claim one, read its inputs again in threads, write down what differs, line by line.

What is out when a worker ends is read again by the next: a line is written once, and nothing else is.
"""

from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q

from approvals import ledger
from approvals.actors import Actor
from runs import clock
from runs.models import ReplayLine, RunReplay
from runs.models.run_replay import Outcome, State
from runs.replaying import comparing, inputs
from runs.replaying.inputs import Again, Given, Listed, Reader
from runs.workflows import catalogue

AT_ONCE = 4  # of one worker, so that replays never take the threads from what was approved
WAIT_SECONDS = 0.05
LOST_AFTER = timedelta(seconds=45)  # without a sign of the worker that had it
NOTHING_ALIKE = "What it did is not part of the reading, which alone is done again"
log = structlog.get_logger(__name__)


@dataclass
class Job:
    """The replay this process carries out."""

    replay: RunReplay
    reader: Reader
    todo: list[Listed]
    calls: "dict[Future[tuple[Again, int]], Given]" = field(default_factory=dict)


@dataclass
class Out:
    job: Job | None = None


_out = Out()


def work(*, threads: Executor, actor: Actor, now: datetime) -> bool:
    """Take up what came back, send more, and end what is through. Whether there was anything to do."""
    if _out.job is None:
        _out.job = _claim(now)
    job = _out.job
    if job is None:
        return False
    done = wait(job.calls, timeout=WAIT_SECONDS, return_when=FIRST_COMPLETED).done if job.calls else set()
    lines = [_line(job, job.calls.pop(future), future) for future in done]
    while job.todo and len(job.calls) < AT_ONCE:
        given = inputs.look_up(job.replay, job.todo.pop(0))
        if given.why:
            lines.append(_unable(job, given, given.why))
        else:
            job.calls[threads.submit(_read, job.reader, given)] = given
    if not _keep(job, lines, clock.now()):
        leave()
    elif not job.todo and not job.calls:
        _finish(job, actor, clock.now())
        leave()
    return True


def leave() -> None:
    """Let go of what is carried out, for another to take up where the lines end."""
    job, _out.job = _out.job, None
    if job is not None:
        job.reader.close()
        mine = RunReplay.objects.filter(pk=job.replay.pk, epoch=job.replay.epoch, state=State.STARTED)
        mine.update(heard_at=None)


def _claim(now: datetime) -> Job | None:
    """The oldest that waits, or that its worker has left; by one worker alone."""
    free = Q(state=State.WAITING) | Q(state=State.STARTED, heard_at__isnull=True)
    free |= Q(state=State.STARTED, heard_at__lt=now - LOST_AFTER)
    rows = RunReplay.objects.filter(free).select_related("run__agent", "workspace").order_by("id")
    found = rows.first()
    if found is None:
        return None
    moved = rows.filter(pk=found.pk, epoch=found.epoch).update(
        state=State.STARTED, epoch=F("epoch") + 1, heard_at=now
    )
    if not moved:
        return None
    found.epoch += 1
    listed = inputs.listed(found)
    done = set(ReplayLine.objects.filter(replay=found).values_list("position", flat=True))
    RunReplay.objects.filter(pk=found.pk).update(inputs=len(listed))
    todo = [one for one in listed if one.position not in done]
    try:
        made = catalogue.get(found.run.workflow).reader
        assert made is not None, "the workflow is no longer here"
        return Job(found, made(found.workspace), todo)
    except Exception as error:
        log.warning("replay.no_reader", replay=found.public_id, error=type(error).__name__)
        mine = RunReplay.objects.filter(pk=found.pk, epoch=found.epoch, state=State.STARTED)
        mine.update(state=State.DONE, done_at=now, error=f"It could not be begun: {type(error).__name__}")
        return None


def _read(reader: Reader, given: Given) -> tuple[Again, int]:
    began = perf_counter()
    return reader.read(given), round((perf_counter() - began) * 1000)


def _line(job: Job, given: Given, future: "Future[tuple[Again, int]]") -> ReplayLine:
    if (broke := future.exception()) is not None:
        log.warning("replay.input_failed", replay=job.replay.public_id, error=type(broke).__name__)
        return _unable(job, given, f"Reading it again broke: {type(broke).__name__}")
    again, took = future.result()
    if not given.outputs.keys() & again.outputs.keys():
        return _unable(job, given, NOTHING_ALIKE)
    changes = comparing.differences(given.outputs, again.outputs)
    return ReplayLine(
        replay=job.replay, position=given.position, item=given.item[:120], proposal=given.proposal, changes=changes,
        outcome=Outcome.DIFFERS if changes else Outcome.SAME, by_then=given.by[:200], by_now=again.by[:200],
        took_ms=took,
    )  # fmt: skip


def _unable(job: Job, given: Given, why: str) -> ReplayLine:
    return ReplayLine(
        replay=job.replay, position=given.position, item=given.item[:120], proposal=given.proposal,
        outcome=Outcome.UNABLE, why=why[:200],
    )  # fmt: skip


def _keep(job: Job, lines: list[ReplayLine], now: datetime) -> bool:
    """Write lines down, unless somebody else has taken the replay over meanwhile."""
    with transaction.atomic():
        mine = RunReplay.objects.filter(pk=job.replay.pk, epoch=job.replay.epoch, state=State.STARTED)
        if not mine.update(heard_at=now):
            return False
        ReplayLine.objects.bulk_create(lines, ignore_conflicts=True)
    return True


def _finish(job: Job, actor: Actor, now: datetime) -> None:
    mine = RunReplay.objects.filter(pk=job.replay.pk, epoch=job.replay.epoch, state=State.STARTED)
    with transaction.atomic():
        if not mine.update(state=State.DONE, done_at=now):
            return
        counts = counted(job.replay.pk)
        ledger.append(
            workspace_id=job.replay.workspace_id, kind="replay.done", actor=actor, at=now, run=job.replay.run_id,
            data={"replay": job.replay.public_id, **counts},
        )  # fmt: skip


def counted(replay: UUID) -> dict[str, int]:
    """How many inputs came out the same, differ, or could not be read again."""
    told = list(ReplayLine.objects.filter(replay=replay).values_list("outcome", flat=True))
    return {outcome.value: told.count(outcome.value) for outcome in Outcome}
