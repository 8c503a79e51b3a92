"""Executions a second: ours with one worker and with two, a job per approved row, and the same writes by hand."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

import django_rq
import psycopg
from django.conf import settings
from django.db.models import Max, Min

from approvals import bell
from approvals.models import Proposal
from approvals.models.proposal import State as ProposalState
from config.processes import manage
from runs.models import Execution
from runs.models.execution import State
from tests import expenses
from tests.bench import plain, site
from tests.bench.models import PlainExpense
from tests.people import Company
from tests.workers import WorkerProcess, addresses

UNSETTLED = (State.SCHEDULED, State.STARTED, State.UNKNOWN)
FORKING, SIMPLE = "rq.worker.Worker", "rq.worker.SimpleWorker"
_SLOW = """
CREATE OR REPLACE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER takes_time BEFORE INSERT ON expenses FOR EACH ROW EXECUTE FUNCTION take_time();
"""
_QUICK = "DROP TRIGGER IF EXISTS takes_time ON expenses"


@dataclass(frozen=True)
class Rates:
    """Per second. ``deciding`` is one reviewer's answers, one by one."""

    executing: float
    observing: float
    deciding: float


@contextmanager
def slow_books(milliseconds: int) -> Iterator[None]:
    """Within, every write to the books takes so long, whoever makes it."""
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True) as owner:
        if milliseconds:
            owner.execute(_SLOW.format(seconds=milliseconds / 1000))
        yield
        owner.execute(_QUICK)


def measure(
    company: Company, *, many: int = 1000, runs: int = 3, workers: int = 1, ending: str = "succeeded"
) -> Rates:
    """Approved while the workspace is paused; the clock runs from the ring to the last receipt recorded, or to the last
    failure where all of them end in one.
    """
    with ExitStack() as stack:
        processes = [stack.enter_context(site.worker()) for _ in range(workers)]
        _one_run(company, processes, 50, ending)
        rates = [_one_run(company, processes, many, ending) for _ in range(runs)]
    return Rates(*(median(values) for values in zip(*rates, strict=True)))


def _one_run(
    company: Company, processes: list[WorkerProcess], many: int, ending: str
) -> tuple[float, float, float]:
    site.pause(company, True)
    with nobody_comes(processes):
        proposals = expenses.propose(company.bot, site.fresh(many))
    unread = Proposal.objects.filter(
        workspace=company.workspace, state=ProposalState.PENDING, observed_at__isnull=True
    )
    observing = many / site.seconds(lambda: _ring_until(lambda: not unread.exists()))
    with nobody_comes(processes):
        deciding = many / site.seconds(lambda: expenses.approve(proposals, company.maria))
    # a question that costs nearly nothing: whoever measures works on the same two cores
    left = Execution.objects.filter(workspace=company.workspace, state__in=UNSETTLED)
    site.pause(company, False)
    executing = many / site.seconds(lambda: _ring_until(lambda: not left.exists()))
    ended = Execution.objects.filter(proposal__in=expenses.ids(proposals), state=ending).count()
    assert ended == many, f"{ended} of {many} ended {ending}"
    return executing, observing, deciding


@contextmanager
def nobody_comes(processes: list[WorkerProcess]) -> Iterator[None]:
    """Within, rings are as cheap as ever and wake nobody: one seems to be pending."""
    redis = django_rq.get_connection("bell")
    idle = django_rq.get_queue("bell")
    site.until(lambda: all(process.is_idle() for process in processes) and idle.count == 0)
    redis.set(bell.PENDING, 1)
    yield
    redis.delete(bell.PENDING)


def _ring_until(true: Callable[[], bool]) -> None:
    bell.wake()
    site.until(true)


def plainly(worker_class: str, *, many: int) -> float:
    """One RQ job per row, all enqueued before the worker starts; the clock runs from the first row done to the last."""
    rows = _plain_rows(many)
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


def _plain_rows(many: int) -> list[PlainExpense]:
    return [
        PlainExpense.objects.create(payload=expenses.draft(number).arguments, write_key=f"plain-{number}")
        for number in site.fresh(many)
    ]


def floor(*, many: int = 500, runs: int = 3) -> float:
    """The same minimal transactions and nothing else, by psycopg on one connection each: the row read, the write made,
    the row marked as done.
    """
    with (
        psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True) as books,
        psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as ours,
    ):
        return median([_by_hand(books, ours, _plain_rows(many)) for _ in range(runs)])


def _by_hand(books: psycopg.Connection, ours: psycopg.Connection, rows: list[PlainExpense]) -> float:
    def work() -> None:
        for row in rows:
            query = "SELECT payload, write_key FROM bench_plainexpense WHERE id = %s AND state = 'approved'"
            found = ours.execute(query, [row.pk]).fetchone()
            assert found is not None
            plain.insert(books, found[0], found[1])
            ours.execute(
                "UPDATE bench_plainexpense SET state = 'done', done_at = now() WHERE id = %s", [row.pk]
            )

    return len(rows) / site.seconds(work)
