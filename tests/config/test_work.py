"""The clock rings and the worker comes, both in JSON."""

from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django_rq import get_worker
from rq.serializers import JSONSerializer
from rq.utils import now

from approvals import bell
from config.cron import the_clock
from tests.config.scripts import until
from tests.workers import WorkerProcess

# a worker looks at its connection around a job; and what is enqueued in a transaction waits for its end
pytestmark = pytest.mark.django_db(transaction=True)
RUNG = "tests:rung"


def leave_a_mark() -> None:
    with django_rq.get_connection("default") as bell:
        bell.incr(RUNG)


@pytest.fixture(autouse=True)
def _a_sweep_that_leaves_a_mark(settings):
    settings.TICK = f"{__name__}.leave_a_mark"
    settings.TICK_SECONDS = 1


def a_second_passes(clock) -> None:
    for job in clock.get_jobs():
        job.set_enqueue_time(now() - timedelta(seconds=2))


def work() -> int:
    get_worker("bell", "default", serializer=JSONSerializer).work(burst=True)
    return int(django_rq.get_connection("default").get(RUNG) or 0)


def test_a_sweep_is_enqueued_and_done():
    assert the_clock().enqueue_jobs()
    assert work() == 1


def test_sweeps_do_not_pile_up_behind_a_busy_worker():
    clock = the_clock()
    clock.enqueue_jobs()
    a_second_passes(clock)
    assert clock.enqueue_jobs()
    assert django_rq.get_queue("default").count == 1
    assert work() == 1


def test_after_one_sweep_is_done_the_next_is_enqueued():
    clock = the_clock()
    clock.enqueue_jobs()
    work()
    a_second_passes(clock)
    clock.enqueue_jobs()
    assert work() == 2


def test_a_job_is_never_a_pickle():
    the_clock().enqueue_jobs()
    (job,) = django_rq.get_queue("default").jobs
    assert job.serializer is JSONSerializer
    assert job.data.lstrip()[:1] in (b"[", b"x")


def test_a_worker_that_starts_forgets_a_ring_that_died_with_another(tmp_path: Path):
    with django_rq.get_connection("bell") as redis:
        redis.set(bell.PENDING, 1)
        with WorkerProcess(tmp_path / "worker.log") as worker:
            assert until(worker.is_idle)
            assert not redis.exists(bell.PENDING)
