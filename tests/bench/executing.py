"""Executions a second with one worker process: ours, and a job per approved row."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import django_rq
import psycopg
from django.conf import settings
from django.db.models import Max, Min

from approvals import bell
from approvals.models import Proposal
from config.processes import manage
from runs.models import Execution
from tests import expenses
from tests.bench import plain, site
from tests.bench.models import PlainExpense
from tests.people import Company
from tests.workers import WorkerProcess, addresses

FORKING, SIMPLE = "rq.worker.Worker", "rq.worker.SimpleWorker"


@dataclass(frozen=True)
class Rates:
    """Per second, by one worker process. ``deciding`` is one reviewer's answers, one by one."""

    executing: float
    observing: float
    deciding: float


def measure(company: Company, *, many: int = 1000, runs: int = 3) -> Rates:
    """Approved while the workspace is paused; the clock runs from the ring to the last receipt recorded."""
    with site.worker() as process:
        _one_run(company, process, 50)
        rates = [_one_run(company, process, many) for _ in range(runs)]
    return Rates(*(median(values) for values in zip(*rates, strict=True)))


def _one_run(company: Company, process: WorkerProcess, many: int) -> tuple[float, float, float]:
    site.pause(company, True)
    with nobody_comes(process):
        proposals = expenses.propose(company.bot, site.fresh(many))
    unread = Proposal.objects.filter(pk__in=expenses.ids(proposals), observed_at__isnull=True)
    observing = many / site.seconds(lambda: _ring_until(lambda: not unread.exists()))
    with nobody_comes(process):
        deciding = many / site.seconds(lambda: expenses.approve(proposals, company.maria))
    left = Execution.objects.filter(proposal__in=expenses.ids(proposals)).exclude(state="succeeded")
    site.pause(company, False)
    executing = many / site.seconds(lambda: _ring_until(lambda: not left.exists()))
    return executing, observing, deciding


@contextmanager
def nobody_comes(process: WorkerProcess) -> Iterator[None]:
    """Within, rings are as cheap as ever and wake nobody: one seems to be pending."""
    redis = django_rq.get_connection("bell")
    site.until(lambda: process.is_idle() and django_rq.get_queue("bell").count == 0)
    redis.set(bell.PENDING, 1)
    yield
    redis.delete(bell.PENDING)


def _ring_until(true: Callable[[], bool]) -> None:
    bell.wake()
    site.until(true)


def plainly(worker_class: str, *, many: int) -> float:
    """One RQ job per row, all enqueued before the worker starts; the clock runs from the first row done to the last."""
    rows = []
    for number in site.fresh(many):
        rows.append(
            PlainExpense.objects.create(payload=expenses.draft(number).arguments, write_key=f"plain-{number}")
        )
    queue = django_rq.get_queue("plain")
    for row in rows:
        queue.enqueue(plain.post, row.pk)
    subprocess.run(
        manage("rqworker", "plain", "--burst", "--worker-class", worker_class),
        env={
            **os.environ,
            **addresses(),
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_POOL_SIZE": "0",
        },
        check=True,
        capture_output=True,
    )
    done = PlainExpense.objects.filter(pk__in=[row.pk for row in rows], state="done")
    assert done.count() == many
    moments = done.aggregate(first=Min("done_at"), last=Max("done_at"))
    return (many - 1) / (moments["last"] - moments["first"]).total_seconds()


def floor(*, many: int = 500, runs: int = 3) -> float:
    """The same inserts and nothing else, on one connection."""
    with psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True) as books:

        def insert() -> None:
            for number in site.fresh(many):
                plain.insert(books, expenses.draft(number).arguments, f"floor-{number}")

        return median([many / site.seconds(insert) for _ in range(runs)])
