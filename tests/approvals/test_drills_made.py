"""Of what drills are made: of each source once, and the same by the same seed."""

from datetime import timedelta

from django.db import transaction

from tests.approvals.drilling import a_drill, a_history, a_receipt, some_drills, told
from tests.builders import approve, now


def test_no_source_is_used_twice_and_few_make_none(northwind):
    a_history(northwind, many=4)
    assert some_drills(northwind.workspace, 2) == []
    a_history_more = a_receipt(northwind, 50, at=now() - timedelta(days=1))
    approve(a_history_more, northwind.ken, at=now() - timedelta(days=1))
    made = some_drills(northwind.workspace, 9)
    assert len({told(row).source_id for row in made}) == len(made) >= 1


def test_the_same_seed_makes_the_same_drill(northwind):
    a_history(northwind)
    sources = []
    for _ in range(2):
        point = transaction.savepoint()
        row = told(a_drill(northwind, seed=7))
        sources.append((row.source_id, row.field, row.wrong))
        transaction.savepoint_rollback(point)
    assert sources[0] == sources[1]
