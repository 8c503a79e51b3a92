"""A worker's due executions, from lease to receipt, without a barrier between one batch and the next.

Threads look at targets and call connectors; this thread alone talks to our database, and takes up whatever they have
finished in one statement for all. No more calls are begun than threads will soon be free for, so that a crash leaves
few in doubt, and outcomes are recorded as they come.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from django.utils import timezone

from approvals import actors, tools
from runs import calling, dispatch, execution
from runs.dispatch import Look
from runs.execution import Outcome
from runs.models import Execution

THREADS = 16
HELD = 4 * THREADS  # executions under lease at once, looked at or called
ROUND = 500  # claimed in one go; then whatever else a worker does has its turn


@dataclass(frozen=True)
class Worker:
    """``number`` is the advisory lock it holds for as long as it lives."""

    number: int
    actor: actors.Actor
    threads: ThreadPoolExecutor


class Pipeline:
    """One round: claimed → looked at → begun → called → recorded."""

    def __init__(self, worker: Worker, *, until: float) -> None:
        self.worker = worker
        self.until = until
        self.claimed = self.recorded = self.looking = self.calling = 0
        self.dry = False
        self.ready: list[Execution] = []
        self.finished: SimpleQueue[Future[Look | Outcome]] = SimpleQueue()

    def run(self) -> None:
        """Until nothing is due, the round is full or its time is up; what was begun is waited for."""
        self._claim()
        while self.looking or self.calling or self.ready:
            self._begin()
            if self.looking or self.calling:
                self._take()
            self._claim()

    def _claim(self) -> None:
        room = HELD - self.looking - self.calling - len(self.ready)
        if self.dry or room < HELD // 2:
            return
        claimed = execution.claim(worker=self.worker.number, limit=room, now=timezone.now())
        self.claimed += len(claimed)
        self.dry = len(claimed) < room or self.claimed >= ROUND or time.monotonic() > self.until
        self._look(claimed)

    def _look(self, claimed: Sequence[Execution]) -> None:
        now = timezone.now()
        for look in dispatch.by_policy(claimed, now):
            if look.finding == "go":
                self.looking += 1
                self._send(_look_at_target, look)
            elif look.finding == "unsigned":
                execution.refuse(
                    row=look.execution, worker=self.worker.number, actor=self.worker.actor, now=now,
                    message=execution.UNSIGNED,
                )  # fmt: skip
            elif look.finding == "paused":
                dispatch.postpone(row=look.execution, now=now)
            else:
                dispatch.send_back(look=look, actor=self.worker.actor, now=now)

    def _begin(self) -> None:
        free = 2 * THREADS - self.calling
        if not self.ready or free < THREADS // 2:
            return
        now, self.ready = self.ready[:free], self.ready[free:]
        ours = execution.begin(
            executions=now, worker=self.worker.number, actor=self.worker.actor, now=timezone.now()
        )
        self.calling += len(ours)
        for row in ours:
            self._send(calling.run, row)

    def _send(self, work: Callable[[Any], Look | Outcome], what: Any) -> None:
        self.worker.threads.submit(work, what).add_done_callback(self.finished.put)

    def _take(self) -> None:
        """Wait for one thread, and take up all that are finished by then."""
        outcomes: list[Outcome] = []
        for future in self._all_finished():
            match future.result():
                case Outcome() as outcome:
                    outcomes.append(outcome)
                case Look(finding="go") as look:
                    self.ready.append(look.execution)
                case Look() as look:
                    dispatch.send_back(look=look, actor=self.worker.actor, now=timezone.now())
        if outcomes:
            self.recorded += execution.record(
                outcomes=outcomes, worker=self.worker.number, actor=self.worker.actor, now=timezone.now()
            )

    def _all_finished(self) -> list[Future[Look | Outcome]]:
        found = [self.finished.get()]
        try:
            while True:
                found.append(self.finished.get_nowait())
        except Empty:
            pass
        called = sum(isinstance(future.result(), Outcome) for future in found)
        self.calling, self.looking = self.calling - called, self.looking - len(found) + called
        return found


def _look_at_target(look: Look) -> Look:
    row = look.execution
    tool = tools.get(row.tool)
    if not tool.observes:
        return look
    return dispatch.by_target(look, calling.observe(tool, row.arguments, row.workspace.slug))
