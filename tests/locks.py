"""Two who want the same rows: one begins, the other is seen to wait, and only then does the first commit."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any, TypeVar

from django.db import connection, transaction

from tests.patience import PATIENCE_SECONDS

T = TypeVar("T")


def meanwhile(begin: Callable[[], Any], work: Callable[[], T]) -> T:
    """What ``work`` tells, done on a connection of its own, for which ``begin`` commits once it is waited for."""
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            begin()
            working = threads.submit(_alone, work)
            _until_it_waits(working)
        return working.result(PATIENCE_SECONDS)


def _alone(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connection.close()


def _until_it_waits(working: Future[Any]) -> None:
    """For what this transaction has locked."""
    give_up_at = monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.rowcount:
                return
            assert not working.done() and monotonic() < give_up_at, "it did not wait"
            sleep(0.01)
