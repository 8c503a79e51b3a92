"""How often drills come, and how many at once."""

from datetime import timedelta

import pytest

from approvals.models import Drill, Workspace
from approvals.oversight import drills
from tests.approvals.drilling import WORKER, a_history, a_receipt
from tests.builders import approve, now


@pytest.fixture
def busy(northwind):
    """A workspace with a history, whose drills come once in four answers."""
    a_history(northwind)
    Workspace.objects.filter(pk=northwind.workspace.pk).update(drill_every=4)
    return northwind


def work(company, many, first=100, **more):
    for number in range(first, first + many):
        approve(a_receipt(company, number), company.maria)


def test_drills_are_made_while_people_answer(busy):
    assert drills.seed_due(actor=WORKER, now=now()) == 0, "nobody has answered lately"
    work(busy, 2)
    assert drills.seed_due(actor=WORKER, now=now()) == 2, "eight answers so far"
    assert drills.seed_due(actor=WORKER, now=now()) == 0, "none since"


def test_never_more_than_three_wait(busy):
    work(busy, 20)
    assert drills.seed_due(actor=WORKER, now=now()) == 3
    work(busy, 20, first=200)
    assert drills.seed_due(actor=WORKER, now=now()) == 0


def test_a_workspace_that_wants_none_has_none(busy):
    Workspace.objects.filter(pk=busy.workspace.pk).update(drill_every=0)
    work(busy, 5)
    assert drills.seed_due(actor=WORKER, now=now()) == 0


def test_a_long_streak_brings_more(busy, monkeypatch):
    Workspace.objects.filter(pk=busy.workspace.pk).update(drill_every=18)
    work(busy, 3)
    assert drills.seed_due(actor=WORKER, now=now()) == 0, "nine answers of eighteen"
    monkeypatch.setattr("approvals.oversight.drill_sources.STREAK", 2)
    assert drills.seed_due(actor=WORKER, now=now()) == 1, "nine answers of six"


def test_the_queries_are_few_whatever_the_history(busy, django_assert_max_num_queries):
    work(busy, 4)
    drills.seed_due(actor=WORKER, now=now())
    with django_assert_max_num_queries(12):
        drills.seed_due(actor=WORKER, now=now())
    assert Drill.objects.filter(workspace=busy.workspace, seeded_at__gt=now() - timedelta(minutes=1)).exists()
