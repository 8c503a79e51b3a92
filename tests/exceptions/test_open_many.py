"""Failures that arrive by the batch: a case for each cause, an entry for each failure, whoever else brings the same."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import LedgerEntry, Workspace
from exceptions import opening
from exceptions.models import Case, FailureClass, Occurrence
from tests.exceptions.conftest import WORKER, kinds
from tests.exceptions.conftest import open_case as opened
from tests.people import Company

CAUSES = ("the period is closed", "the vendor is unknown", "no answer in time", "the account is locked")


def failures(workspace: Workspace, *numbers: int) -> list[opening.Failure]:
    """Of four causes in turn, each of one euro and in words of its own."""
    return [
        opening.Failure(workspace, "posting.refused", f"{CAUSES[number % 4]} (request {1000 + number})",
                        amount=Decimal(1), currency="EUR", operation="books.post")
        for number in numbers
    ]  # fmt: skip


def arrive(workspace: Workspace, *numbers: int) -> list[Case]:
    with transaction.atomic():
        return opening.open_many(failures=failures(workspace, *numbers), actor=WORKER, now=timezone.now())


def test_a_batch_makes_one_case_for_each_cause_and_one_entry_for_each_failure(northwind: Company) -> None:
    arrive(northwind.workspace, *range(40))

    found = list(Case.objects.all())
    assert [(case.open_count, case.total_count, case.money) for case in found] == [
        (10, 10, {"EUR": "10"})
    ] * 4
    assert {kind for case in found for kind in kinds(case)[1:]} == {"case.repeated"}
    assert [kinds(case)[0] for case in found] == ["case.opened"] * 4
    assert [case.episodes.count() for case in found] == [1] * 4
    assert found[0].grouped_by["operation"] == "books.post"
    told = LedgerEntry.objects.filter(case=found[0].pk).order_by("id").values_list("data", flat=True)
    assert [entry["count"] for entry in told] == list(range(1, 11))


def test_a_larger_batch_takes_no_more_statements(northwind: Company) -> None:
    arrive(northwind.workspace, *range(4))
    taken = []
    for numbers in (range(4, 8), range(8, 88)):
        with CaptureQueriesContext(connection) as asked:
            arrive(northwind.workspace, *numbers)
        taken.append(len(asked))

    assert taken[0] == taken[1] < 14


def test_a_batch_may_be_of_several_workspaces(northwind: Company, harbour: Company) -> None:
    told = [*failures(northwind.workspace, 0, 4), *failures(harbour.workspace, 0)]
    with transaction.atomic():
        cases = opening.open_many(failures=told, actor=WORKER, now=timezone.now())

    assert cases[0] == cases[1] != cases[2]
    assert [case.workspace for case in cases[1:]] == [northwind.workspace, harbour.workspace]


def test_what_is_only_noted_is_counted_and_waits_for_nobody(northwind: Company) -> None:
    FailureClass.objects.filter(code="posting.refused").update(handling="note")

    (case,) = set(arrive(northwind.workspace, 0, 4, 8))

    assert (case.state, case.open_count, case.total_count, case.next_escalation_at) == (
        "resolved",
        0,
        3,
        None,
    )
    assert set(Occurrence.objects.values_list("disposition", flat=True)) == {"noted"}
    assert kinds(case) == ["occurrence.noted"] * 3
    assert (case.money, case.regressed, case.episodes.count()) == ({}, False, 0)


def test_what_was_open_before_its_class_was_only_noted_stays_open(northwind: Company) -> None:
    arrive(northwind.workspace, 0)
    FailureClass.objects.filter(code="posting.refused").update(handling="note")

    (case,) = set(arrive(northwind.workspace, 4))

    assert (case.state, case.open_count, case.total_count) == ("open", 1, 2)


@pytest.mark.django_db(transaction=True)
def test_workers_that_bring_the_same_causes_in_every_order_do_not_wait_in_a_circle(
    northwind: Company,
) -> None:
    def work(number: int) -> None:
        numbers = [*range(8)] if number % 2 else [*range(7, -1, -1)]
        try:
            arrive(northwind.workspace, *numbers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(16)))

    assert [(case.open_count, case.total_count) for case in Case.objects.all()] == [(32, 32)] * 4
    facts = LedgerEntry.objects.filter(case__isnull=False)
    assert Counter(facts.values_list("kind", flat=True)) == {"case.opened": 4, "case.repeated": 124}


def test_one_failure_is_a_batch_of_one(northwind: Company) -> None:
    one = opened(northwind.workspace, message=CAUSES[0], operation="books.post")
    assert arrive(northwind.workspace, 0) != [one]  # other words

    assert opened(northwind.workspace, message=CAUSES[0], operation="books.post") == one
