"""The worker's main loop: while anything is due, execute it, and read the targets of what is new.

An RQ job is only a wake-up. It drains until nothing is due, lingers a moment for the next ring so that a decision costs
a push and not a job, and ends. While it lives it holds an advisory lock under its number: when it dies, its rows are
known to be orphans at once.
"""

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import Error, connection
from django.utils import timezone

from approvals import actors, bell
from runs import execution, observing, unknowns
from runs.pipeline import THREADS, Pipeline, Worker

LONGEST = 20.0  # seconds one job may drain before it rings again and makes room for the tick
LONGEST_PAUSE = "15s"


# A worker that is stopped or cut off between two statements of a transaction loses its session after a while: the rows
# it had locked, and with its advisory lock those that it had leased.
_TAKE = "SELECT pg_advisory_lock(%s, %s), set_config('idle_in_transaction_session_timeout', %s, false)"
_RELEASE = "SELECT pg_advisory_unlock(%s, %s)"
_FORGET = "RESET idle_in_transaction_session_timeout"


@contextmanager
def at_work() -> Iterator[Worker]:
    """A worker with a number of its own, its advisory lock held by the connection that it works with."""
    number = secrets.randbelow(2**31 - 1) + 1
    with ThreadPoolExecutor(THREADS, thread_name_prefix="call") as threads:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [execution.WORKER_LOCKS, number, LONGEST_PAUSE])
        try:
            yield Worker(number, actors.worker(f"{number:x}"), threads)
        finally:
            # a connection that broke has let go already
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute(_RELEASE, [execution.WORKER_LOCKS, number])
                cursor.execute(_FORGET)


def drain(*, linger: float = 1.0, longest: float = LONGEST) -> int:
    """Work until nothing is due. Returns how many executions were recorded."""
    done, until = 0, time.monotonic() + longest
    with at_work() as worker:
        bell.answered()
        unknowns.find_lost(actor=worker.actor, now=timezone.now())
        unknowns.look_up(actor=worker.actor, now=timezone.now())
        while True:
            heard = bell.heard()
            recorded, worked = work_once(worker, until)
            done += recorded
            if time.monotonic() > until:
                bell.wake()
                break
            if not worked and not _rest(linger, until - time.monotonic(), heard):
                break
    return done


def _rest(linger: float, longest: float, heard: int) -> bool:
    """Wait for a ring, or for the next undo window to close. False when neither is worth waiting for."""
    now = timezone.now()
    next_due = execution.next_due(now=now, within=timedelta(seconds=longest))
    if next_due is None:
        return bell.linger(linger, heard=heard)
    bell.linger(max((next_due - now).total_seconds(), 0.01), heard=heard)
    return True


def work_once(worker: Worker, until: float) -> tuple[int, bool]:
    """One round: execute what is due, then read targets for what is new. Returns how many executions were recorded,
    and whether there was anything to do.
    """
    pipeline = Pipeline(worker, until=until)
    pipeline.run()
    now = timezone.now()
    observed = observing.observe_new(threads=worker.threads, actor=worker.actor, now=now)
    passed = observing.let_pass_unobserved(now=now)
    return pipeline.recorded, bool(pipeline.claimed or observed or passed)
