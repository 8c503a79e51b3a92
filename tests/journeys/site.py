"""A whole site for journeys that end processes: a company with open books, real workers, and a clock that is us."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import django_rq
import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q

from approvals.models import LedgerEntry
from runs.models import Execution
from runs.models.execution import State
from tests import expenses
from tests.config.scripts import until
from tests.people import Company
from tests.workers import WorkerProcess, addresses

FINISHED = Q(kind="execution.succeeded") | Q(kind="execution.settled", data__state="succeeded")


class Site:
    """A company with its books; every worker it starts ends with it."""

    def __init__(self, company: Company, words: Path) -> None:
        self.company = company
        self.books = expenses.Books(company.workspace.slug)
        self.words = words
        self.workers: list[WorkerProcess] = []

    def approve(self, numbers: Sequence[int]) -> None:
        """So many expenses are approved and due."""
        expenses.approved_at_once(self.company.bot, self.company.maria, numbers)

    def start_worker(self) -> WorkerProcess:
        worker = WorkerProcess(self.words)
        self.workers.append(worker)
        return worker

    def tick(self) -> None:
        """What the clock does every few seconds."""
        queue = django_rq.get_queue("default")
        if queue.count == 0:
            queue.enqueue_call(settings.TICK, result_ttl=0)

    def comes_to(self, many: int) -> bool:
        """Ticks once a second until all have succeeded; every execution is accounted for all the while."""
        next_tick = 0.0

        def done() -> bool:
            nonlocal next_tick
            if time.monotonic() > next_tick:
                self.tick()
                next_tick = time.monotonic() + 1
            states = self.states()
            assert sum(states.values()) == many
            return states == {State.SUCCEEDED: many}

        return until(done)

    def states(self) -> dict[str, int]:
        return dict(Execution.objects.values_list("state").annotate(Count("id")))

    def written(self) -> int:
        return self.books.count()[0]

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.books.close()


@contextmanager
def unrecorded(site: Site) -> Iterator[set[UUID]]:
    """Within: these executions were begun and are in the books, and a worker waits to write down that they are."""
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE runs_execution IN SHARE MODE")
            begun = list(Execution.objects.filter(state=State.STARTED))
            if begun and _waits_to_record():
                assert until(lambda keys=[row.write_key for row in begun]: site.books.has_all(keys))
                yield {row.id for row in begun}
                return
            assert Execution.objects.exclude(state=State.SUCCEEDED).exists(), "it is all over"


def _waits_to_record() -> bool:
    """Whether that is what a worker waits for; all of its statements wait while the table is locked."""
    waiting = (
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    queries: list[tuple[str]] = []

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            queries[:] = cursor.fetchall()
        return bool(queries)

    assert until(somebody_waits)
    return "state = 'succeeded'" in queries[0][0]


def is_alone() -> bool:
    """Whether PostgreSQL has noticed that everybody else of this database has gone."""
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as other:
        row = other.execute(query).fetchone()
    return row is not None and row[0] <= 2


def entries(executions: set[UUID], of: Q) -> Counter[UUID]:
    """How many such ledger entries each execution has."""
    found = LedgerEntry.objects.filter(of, execution__in=executions)
    return Counter(found.values_list("execution", flat=True))
