"""A worker's due executions, from lease to receipt, without a barrier between one batch and the next.

Threads look at targets and call connectors; this thread alone talks to our database, and takes up whatever they have
finished in one statement for all. No more calls are begun than threads will soon be free for, so that a crash leaves
few in doubt, and outcomes are recorded as they come. A call that takes long holds up no other.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

import structlog
from django.db import Error, close_old_connections

from approvals import tools
from runs import breakers, calling, clock, dispatch, execution, looking, stopping
from runs.dispatch import Look
from runs.execution import Outcome, Turn
from runs.models import Execution
from runs.threads import THREADS
from runs.underway import FEW, UnderWay, doubt
from runs.workers import HELD, SPARE_HELD, Worker, held_at_once

ROUND = 500  # claimed in one go; then whatever else a worker does has its turn
WAIT_SECONDS = 0.05  # for the next answer, before looking whether anything else is due
LONG_WAIT_SECONDS = 0.25  # for more room, while much is held already
BEAT_SECONDS = 15.0  # between two prolongations of the leases of what is held
RESCUE_SECONDS = 10.0  # that a database which went away is given to come back

log = structlog.get_logger(__name__)


class Pipeline:
    """Claimed → looked at → begun → called → recorded."""

    def __init__(self, worker: Worker, *, until: float) -> None:
        self.worker = worker
        self.until = until
        self.closed = False
        self.turn = Turn(most=HELD - SPARE_HELD)
        self.under_way = UnderWay(worker)
        self.unrecorded: list[Outcome] = []
        self.recorded = 0
        self.claimed_at = float("-inf")
        self.beaten_at = time.monotonic()
        self.give_up_at = float("inf")  # when nobody waits for any call any longer

    def run(self) -> bool:
        """Until nothing is due, or it is the turn of something else; calls that take long go on meanwhile. True where
        anything was done.
        """
        claimed, did = 0, False
        while True:
            begun = self._begin()
            new = self._claim()
            moved = bool(begun + new + self._take())
            self._look_after()
            claimed, did = claimed + new, did or moved
            if not moved or claimed >= ROUND or time.monotonic() > self.until:
                return did

    def finish(self) -> None:
        """Claim nothing more, and wait for what is under way."""
        self.closed = True
        while self.under_way:
            self._begin()
            self._take()
            self._look_after()

    def _claim(self) -> int:
        moment, room = time.monotonic(), HELD - len(self.under_way)
        if self.closed or stopping.asked() or room < SPARE_HELD:
            return 0
        # a claim for a few costs as much as one for many, and one for nothing too
        patience = WAIT_SECONDS if self.turn.dry else LONG_WAIT_SECONDS if room < HELD // 2 else 0.0
        if self.under_way and moment - self.claimed_at < patience:
            return 0
        self.turn.room = {
            name: held_at_once(tools.get(name, version)) - many
            for (name, version), many in self.under_way.by_tool().items()
        }
        claimed = self._next(room)
        while not (claimed or self.turn.has_come_round):
            claimed = self._next(room)
        self.claimed_at = moment
        self._look(claimed)
        return len(claimed)

    def _next(self, room: int) -> list[Execution]:
        return execution.claim(worker=self.worker.number, limit=room, now=clock.now(), turn=self.turn)

    def _look(self, claimed: Sequence[Execution]) -> None:
        if not claimed:
            return
        now, number, actor = clock.now(), self.worker.number, self.worker.actor
        on: list[Look] = []
        for look in dispatch.by_policy(claimed, now):
            if look.finding == "go" or (look.finding == "policy" and look.execution.attempts):
                on.append(look)
            elif look.finding == "unsigned":
                execution.refuse(
                    row=look.execution, worker=number, actor=actor, now=now, message=execution.UNSIGNED
                )
            elif look.finding == "paused":
                execution.postpone(until=[(look.execution, now + dispatch.PAUSE)], worker=number)
            else:
                dispatch.send_back(look=look, actor=actor, now=now)
        for work, looks in looking.shared_out(on):
            self.under_way.look(looks, work)

    def _begin(self) -> int:
        free = 2 * THREADS - len(self.under_way.calling)
        if stopping.asked() or not self.under_way.ready or free < THREADS // 2:
            return 0
        if self.under_way.looking and len(self.under_way.calling) > FEW > len(self.under_way.ready):
            return 0  # threads have enough to do until there are more
        mine, back = self.under_way.choose(free)
        execution.hand_back(executions=back, worker=self.worker.number)
        if not mine:
            return 0
        try:
            ours = execution.begin(
                executions=mine, worker=self.worker.number, actor=self.worker.actor, now=clock.now()
            )
        except Error:
            self.under_way.ready += mine
            raise
        for row in ours:
            fresh = self.under_way.unread.pop(row.id, None)
            self.under_way.call(row, calling.run if fresh is None else partial(calling.withheld, fresh=fresh))
        return len(mine)

    def _take(self) -> int:
        """Take up all that threads have finished. Returns how many."""
        took = 0
        for rows, future in self.under_way.take(WAIT_SECONDS):
            took += len(rows)
            for row in rows:
                if self.under_way.calling.pop(row.id, None):
                    self.unrecorded.append(_outcome(row, future))
                elif self.under_way.looking.pop(row.id, None):
                    self._looked(row, future)
        self._record()
        return took

    def _looked(self, row: Execution, future: "Future[looking.Found]") -> None:
        """What cannot be read is not written: its attempt is over before any call."""
        look = Look(row, "go") if future.exception() else future.result()[row.id]
        if look is None:
            self.under_way.look([Look(row, "go")], looking.at_target)
            return
        self.under_way.unread.pop(row.id, None)
        if look.finding == "unread" and look.observation is not None:
            self.under_way.unread[row.id] = look.observation
        if look.finding in ("go", "unread"):
            self.under_way.ready.append(row)
        else:
            dispatch.send_back(look=look, actor=self.worker.actor, now=clock.now())

    def _record(self) -> None:
        if not self.unrecorded:
            return
        outcomes, now = self.unrecorded, clock.now()
        self.recorded += execution.record(
            outcomes=outcomes, worker=self.worker.number, actor=self.worker.actor, now=now
        )
        self.unrecorded = []
        breakers.note(outcomes, now)

    def _look_after(self) -> None:
        """Leases are prolonged while their worker lives, and calls that never come back given up."""
        moment = time.monotonic()
        self.worker.threads.look_after()
        if stopping.asked():
            execution.hand_back(executions=self.under_way.leave(), worker=self.worker.number)
            self.give_up_at = min(self.give_up_at, moment + stopping.GRACE_SECONDS)
            self.unrecorded += self.under_way.overdue(moment, at_last=self.give_up_at)
        self.unrecorded += self.under_way.overdue(moment)
        if moment - self.beaten_at > BEAT_SECONDS:
            self.beaten_at = moment
            execution.extend(executions=self.under_way.rows(), worker=self.worker.number, now=clock.now())
        self._record()

    def rescue(self) -> None:
        """The database went away. What calls have answered, and answer meanwhile, is recorded if it comes back soon;
        what is not is found by its state, and is in doubt until its target has told.
        """
        until = time.monotonic() + RESCUE_SECONDS
        while (self.unrecorded or self.under_way.calling) and time.monotonic() < until:
            with suppress(Error):
                close_old_connections()
                self._take()
                continue
            time.sleep(WAIT_SECONDS)
        with suppress(Error):
            execution.hand_back(executions=self.under_way.leave(), worker=self.worker.number)


def _outcome(row: Execution, call: "Future[Outcome]") -> Outcome:
    broke = call.exception()
    return doubt(row, f"The call broke: {type(broke).__name__}") if broke else call.result()
