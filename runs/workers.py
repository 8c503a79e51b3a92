"""Who works: a number, an actor for the ledger, threads that wait on outside systems; and how much each may hold."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import Error, connection

from approvals import actors, tools
from runs import execution
from runs.threads import MOST_OF_ONE, SPARE_THREADS, THREADS, Threads

HELD = 4 * THREADS  # executions under lease at once, looked at or called
SPARE_HELD = 4 * SPARE_THREADS
LONGEST_PAUSE = "15s"

# A worker that is stopped or cut off between two statements of a transaction loses its session after a while: the rows
# it had locked, and with its advisory lock those that it had leased.
_TAKE = "SELECT pg_advisory_lock(%s, %s), set_config('idle_in_transaction_session_timeout', %s, false)"
_RELEASE = "SELECT pg_advisory_unlock(%s, %s)"
_FORGET = "RESET idle_in_transaction_session_timeout"


@dataclass(frozen=True)
class Worker:
    """``number`` is the advisory lock it holds for as long as it lives."""

    number: int
    actor: actors.Actor
    threads: Threads


@contextmanager
def at_work() -> Iterator[Worker]:
    """A worker with a number of its own, its advisory lock held by the connection that it works with."""
    number, threads = secrets.randbelow(2**31 - 1) + 1, Threads(THREADS)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [execution.WORKER_LOCKS, number, LONGEST_PAUSE])
    try:
        yield Worker(number, actors.worker(f"{number:x}"), threads)
    finally:
        threads.shutdown()
        # a connection that broke has let go already
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute(_RELEASE, [execution.WORKER_LOCKS, number])
            cursor.execute(_FORGET)


def calls_at_once(tool: tools.Tool) -> int:
    """How many calls of one tool a worker may have out."""
    return MOST_OF_ONE if tool.at_once is None else min(tool.at_once, MOST_OF_ONE)


def held_at_once(tool: tools.Tool) -> int:
    """How many executions of one tool a worker may hold: enough to have the next at hand."""
    return HELD - SPARE_HELD if tool.at_once is None else 2 * calls_at_once(tool)
