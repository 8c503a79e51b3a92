"""Claims of executions by eight workers at once, until nothing is left: none of them twice, none of them forgotten."""

import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from uuid import UUID

from django.db import connection

from runs import clock, execution
from runs.execution import Turn
from runs.models import Execution
from tests import copies, expenses
from tests.bench import site
from tests.bench.site import Latency
from tests.people import Company

WORKERS = 8
BATCH = 50
# What was leased leaves the queue at once, as when a worker begins it: no claim walks past what others hold.
LEAVE = "UPDATE runs_execution SET state = 'cancelled', finished_at = now() WHERE id = ANY(%s)"


@dataclass(frozen=True)
class Leases:
    """``items`` were leased in ``claims`` statements."""

    items: int
    claims: int
    seconds: float
    latency: Latency


def fill(company: Company, many: int) -> None:
    """So many approved executions, due, each about something of its own."""
    site.pause(company, True)
    expenses.approved_at_once(company.bot, company.maria, site.fresh(1))
    model = Execution.objects.latest("created_at").proposal_id
    copies.of_execution(model, many=many)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE runs_execution, approvals_proposal")
    site.pause(company, False)


def measure(*, workers: int = WORKERS) -> Leases:
    """Asserts that nothing was leased to two workers."""
    connection.close()
    connection.close_pool()  # a forked process must inherit no connection
    began = time.perf_counter()
    with ProcessPoolExecutor(workers, get_context("fork")) as processes:
        taken = [*processes.map(_claim_all, range(1, workers + 1))]
    seconds = time.perf_counter() - began
    times = Counter(chain.from_iterable(rows for rows, _ in taken))
    twice = [pk for pk, count in times.items() if count > 1]
    assert not twice, f"{len(twice)} were leased to two workers, such as {twice[0]}"
    waits = [wait for _, waits in taken for wait in waits]
    return Leases(len(times), len(waits), seconds, Latency.of(waits))


def _claim_all(number: int) -> tuple[list[UUID], list[float]]:
    """One worker in a process of its own, until there is nothing."""
    rows: list[UUID] = []
    waits: list[float] = []
    turn = Turn()
    while not turn.dry:
        began = time.perf_counter()
        claimed = execution.claim(worker=number, limit=BATCH, now=clock.now(), turn=turn)
        waits.append(time.perf_counter() - began)
        rows += [row.id for row in claimed]
        with connection.cursor() as cursor:
            cursor.execute(LEAVE, [[row.id for row in claimed]])
    connection.close()
    return rows, waits
