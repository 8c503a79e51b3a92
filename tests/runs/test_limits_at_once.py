"""Workers that count at the same moment never go beyond a limit together."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from approvals import actors, limits
from runs import execution
from runs.models import Bucket, Execution
from tests import builders
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
TEST = actors.worker("test")
WORKERS = 8


def begin_everything(number: int) -> int:
    begun = 0
    try:
        for _ in range(6):
            now = timezone.now()
            mine = execution.claim(worker=number, limit=5, now=now)
            begun += len(execution.begin(executions=mine, worker=number, actor=TEST, now=now))
    finally:
        connection.close()
    return begun


@pytest.mark.parametrize("measure", ["writes", "money"])
def test_eight_workers_never_begin_more_than_a_limit_lets(northwind: Company, measure: str) -> None:
    for _ in range(60):
        builders.an_approved(northwind.bot, northwind.maria)
    both = [
        limits.Terms("workspace", "writes", "day", Decimal(17), burst=17),
        limits.Terms("tool", "money", "month", Decimal("175.50"), key="memo.write", currency="EUR"),
    ]
    for terms in both if measure == "money" else both[:1]:
        limits.set_limit(workspace=northwind.workspace, terms=terms, by=None, actor=TEST, now=timezone.now())
    with ThreadPoolExecutor(WORKERS) as threads:
        begun = sum(threads.map(begin_everything, range(101, 101 + WORKERS)))
    assert begun == 17
    assert Execution.objects.filter(state="started").count() == 17
    assert Execution.objects.filter(state="scheduled").exclude(waits_for="").count() == 43
    used = dict(Bucket.objects.values_list("name", "used"))
    spent = [value for name, value in used.items() if ":money:" in name]
    assert spent == ([Decimal(170)] if measure == "money" else [])
