"""The clock only wakes: two of them do no harm, and what RQ believes to have failed is nobody's truth."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django_rq
import pytest
from django.db import connection
from django.utils import timezone
from django_rq import get_worker
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from approvals.actors import worker
from approvals.models import LedgerEntry
from config.cron import the_clock
from runs import drain as draining
from runs import execution, stopping, sweep
from runs.models import Execution
from tests import builders
from tests.memo import Board
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
TICK = worker("tick")


@pytest.fixture(autouse=True)
def _signals_are_ours() -> Iterator[None]:
    yield
    stopping.forget()


def approved(northwind: Company, many: int) -> None:
    for _ in range(many):
        builders.an_approved(northwind.bot, northwind.maria)


def work() -> None:
    get_worker("bell", "default", serializer=JSONSerializer).work(burst=True)


def at_once(work: Any, times: int) -> None:
    ready, errors = threading.Barrier(times), []

    def one() -> None:
        ready.wait()
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert errors == []


def kinds(kind: str) -> int:
    return LedgerEntry.objects.filter(kind=kind).count()


def test_two_ticks_at_once_find_each_lost_write_once(northwind: Company, board: Board) -> None:
    approved(northwind, 8)
    now = timezone.now()
    rows = execution.claim(worker=7, limit=8, now=now)
    execution.begin(executions=rows, worker=7, actor=TICK, now=now)  # nobody holds the lock of worker 7
    board.written = {row.write_key: {"title": "it had happened"} for row in rows[:4]}
    at_once(lambda: sweep.once(now=timezone.now()), 4)
    at_once(lambda: sweep.once(now=timezone.now() + timedelta(seconds=1)), 4)
    assert kinds("execution.unknown") == kinds("execution.settled") == 8
    assert Execution.objects.filter(state="succeeded").count() == 4
    assert Execution.objects.filter(state="scheduled").count() == kinds("execution.retried") == 4
    assert board.calls == []


def test_two_drains_at_once_write_everything_once(northwind: Company, board: Board) -> None:
    approved(northwind, 30)
    at_once(lambda: draining.drain(linger=0), 3)
    assert sorted(board.calls) == sorted(Execution.objects.values_list("write_key", flat=True))
    assert kinds("execution.succeeded") == 30


def test_two_clocks_do_no_harm(northwind: Company, board: Board) -> None:
    approved(northwind, 3)
    with django_rq.get_connection("bell") as bell:
        bell.flushdb()
    for clock in (the_clock(), the_clock()):
        assert clock.enqueue_jobs()
    assert django_rq.get_queue("default").count == 2
    work()
    assert Execution.objects.filter(state="succeeded").count() == len(board.calls) == 3
    assert kinds("execution.started") == 3


def test_a_job_that_breaks_is_said_and_what_it_left_is_found_by_the_sweep(
    northwind: Company, board: Board
) -> None:
    approved(northwind, 3)
    with pytest.MonkeyPatch.context() as broken, capture_logs() as said:
        broken.setattr(draining, "work_once", lambda *_: 1 / 0)
        work()
    assert [line["job"] for line in said if "broke" in line["event"]] == ["runs.jobs.drain"]
    registry = FailedJobRegistry(queue=django_rq.get_queue("bell"))
    assert registry.count == 1
    with django_rq.get_connection("bell") as bell:
        bell.flushdb()  # nothing is lost with it
    the_clock().enqueue_jobs()
    work()
    assert Execution.objects.filter(state="succeeded").count() == len(board.calls) == 3
