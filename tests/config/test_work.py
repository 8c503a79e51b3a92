"""The clock rings and the worker comes, both in JSON."""

import gc
import signal
import sys
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django_rq import get_worker
from redis import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.utils import now

from approvals import bell
from config import worker
from config.cron import the_clock
from runs import stopping
from tests.config.scripts import until
from tests.workers import WorkerProcess

# a worker looks at its connection around a job; and what is enqueued in a transaction waits for its end
pytestmark = pytest.mark.django_db(transaction=True)
RUNG = "tests:rung"


def leave_a_mark() -> None:
    with django_rq.get_connection("default") as bell:
        bell.incr(RUNG)


@pytest.fixture(autouse=True)
def _nothing_left_by_others():
    """A worker looks for garbage as it begins: an open socket among what earlier tests let go of is not its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


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


@pytest.fixture
def _a_worker_of_this_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It leaves nothing behind: no signals of its own, no word that somebody has to stop."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(worker.Worker, "jobs", 0)
    monkeypatch.setattr(worker.Worker, "span", worker.Span())
    monkeypatch.setattr(worker, "TURN_SECONDS", sys.getswitchinterval())
    monkeypatch.setattr(worker, "RETRY_SECONDS", 0)
    yield
    stopping.forget()
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_a_worker_of_this_process")
def test_a_bell_that_is_gone_only_as_a_job_ends_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch):
    say_ended, cuts = SimpleWorker.handle_execution_ended, iter([RedisError("closed"), RedisError("refused")])

    def cut_at_first(*args, **more):
        for cut in cuts:
            raise cut
        return say_ended(*args, **more)

    monkeypatch.setattr(SimpleWorker, "handle_execution_ended", cut_at_first)
    queue = django_rq.get_queue("default")
    for _ in range(2):
        queue.enqueue(leave_a_mark)

    worker.work("default", span=worker.Span(jobs=2))

    assert int(django_rq.get_connection("default").get(RUNG)) == 2
