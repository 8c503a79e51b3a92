"""Eight workers claim from one backlog at the same time: none of it twice, none of it left (100,000 in the bench)."""

import threading
from collections import Counter
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from runs import execution
from runs.execution import Turn
from tests import builders, copies
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
MANY, WORKERS = 400, 8


def claim_all(number: int, taken: list[UUID]) -> None:
    turn = Turn()
    try:
        while not turn.dry:
            rows = execution.claim(worker=number, limit=20, now=timezone.now(), turn=turn)
            taken += [row.id for row in rows]
    finally:
        connection.close()


def test_eight_workers_lease_each_execution_once(northwind: Company) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    copies.of_execution(proposal.pk, many=MANY)
    taken: list[list[UUID]] = [[] for _ in range(WORKERS)]
    threads = [
        threading.Thread(target=claim_all, args=(number, rows)) for number, rows in enumerate(taken, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    times = Counter(pk for rows in taken for pk in rows)
    assert set(times.values()) == {1}
    assert len(times) == MANY + 1
    assert sum(bool(rows) for rows in taken) > 1
