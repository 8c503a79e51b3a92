"""What a worker holds: executions whose target is looked at, those ready to begin, and calls that are out."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from approvals import tools
from runs.dispatch import Look
from runs.execution import Outcome
from runs.models import Execution
from runs.models.execution import State
from runs.threads import THREADS
from runs.workers import Worker, calls_at_once

TURN_SECONDS = 30.0  # that a call may wait for a thread: well within its lease
FEW = (
    THREADS // 2
)  # calls out that keep threads busy while this worker waits a moment; so many are taken together
MORE_SECONDS = 0.004  # for one more answer, when more than a few are out
OVERDUE_SECONDS = 15.0  # that a call may take longer than its tool says
Finished = tuple[tuple[Execution, ...], "Future[Any]"]


@dataclass(frozen=True)
class Call:
    row: Execution
    future: "Future[Any]"
    give_up_at: float


@dataclass
class UnderWay:
    """Threads put what they finished into one queue; everything else is the worker's own."""

    worker: Worker
    looking: dict[UUID, Execution] = field(default_factory=dict)
    ready: list[Execution] = field(default_factory=list)
    unread: dict[UUID, dict[str, Any]] = field(default_factory=dict)  # why targets of the ready were not read
    calling: dict[UUID, Call] = field(default_factory=dict)
    finished: "SimpleQueue[Finished]" = field(default_factory=SimpleQueue)

    def __len__(self) -> int:
        return len(self.looking) + len(self.ready) + len(self.calling)

    def rows(self) -> list[Execution]:
        return [*self.looking.values(), *self.ready, *(call.row for call in self.calling.values())]

    def by_tool(self) -> Counter[tuple[str, int]]:
        return Counter((row.tool, row.tool_version) for row in self.rows())

    def look(self, looks: Sequence[Look], work: Callable[[Sequence[Look]], Any]) -> None:
        """At the targets of one tool, together."""
        rows = tuple(look.execution for look in looks)
        self.looking |= {row.id: row for row in rows}
        self._send(rows, partial(work, looks))

    def call(self, row: Execution, work: Callable[[Execution], Outcome]) -> None:
        tool = tools.get(row.tool, row.tool_version)
        until = time.monotonic() + TURN_SECONDS
        future = self._send((row,), partial(_in_time, work, until, row))
        self.calling[row.id] = Call(row, future, until + tool.max_seconds + OVERDUE_SECONDS)

    def _send(self, rows: tuple[Execution, ...], work: Callable[[], Any]) -> "Future[Any]":
        most = calls_at_once(tools.get(rows[0].tool, rows[0].tool_version))
        future = self.worker.threads.submit_to(rows[0].tool, most, work)
        future.add_done_callback(partial(self._put, rows))
        return future

    def _put(self, rows: tuple[Execution, ...], future: "Future[Any]") -> None:
        self.finished.put((rows, future))

    def take(self, seconds: float) -> Iterator[Finished]:
        """Wait a little for one thread, and hand out all that are finished by then. While many calls are out, a moment
        longer for some more: to record a few together costs as much as one.
        """
        try:
            yield (
                self.finished.get(timeout=seconds)
                if self.looking or self.calling
                else self.finished.get_nowait()
            )
            for taken in count(1):
                waits = taken < FEW < len(self.calling)
                yield self.finished.get(timeout=MORE_SECONDS) if waits else self.finished.get_nowait()
        except Empty:
            return

    def choose(self, free: int) -> tuple[list[Execution], list[Execution]]:
        """Those of the ready that are called now, and those that others may have, their tool having as many calls out
        as it may. The rest stays ready.
        """
        out = Counter(call.row.tool for call in self.calling.values())
        mine: list[Execution] = []
        back: list[Execution] = []
        later: list[Execution] = []
        for row in self.ready:
            tool = tools.get(row.tool, row.tool_version)
            if tool.at_once is not None and out[row.tool] >= calls_at_once(tool):
                back.append(row)
            elif len(mine) == free or out[row.tool] >= 2 * calls_at_once(tool):
                later.append(row)
            else:
                out[row.tool] += 1
                mine.append(row)
        self.ready = later
        return mine, back

    def leave(self) -> list[Execution]:
        """Everything that was only claimed, no longer held."""
        left = [*self.looking.values(), *self.ready]
        self.looking, self.ready = {}, []
        return left

    def overdue(self, moment: float, *, at_last: float = float("inf")) -> list[Outcome]:
        """Calls that nobody waits for any longer: they may take effect yet. A thread is written off for each."""
        late = [call for call in self.calling.values() if min(call.give_up_at, at_last) < moment]
        return [self._give_up(call) for call in late]

    def _give_up(self, call: Call) -> Outcome:
        del self.calling[call.row.id]
        if call.future.cancel():
            return _unsent(call.row)
        self.worker.threads.write_off()
        return doubt(call.row, "No answer came in the time it was given")


def _in_time(work: Callable[[Execution], Outcome], until: float, row: Execution) -> Outcome:
    """A worker that slept past its lease sends nothing of what still waited for a thread: others may have sent it."""
    if time.monotonic() < until:
        return work(row)
    return _unsent(row)


def _unsent(row: Execution) -> Outcome:
    message = "Not sent: the worker was held up before its call"
    return Outcome(row, State.FAILED, failure_class="integration.timeout", message=message, retry=True)


def doubt(row: Execution, message: str) -> Outcome:
    return Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=message)
