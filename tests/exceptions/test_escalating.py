"""More fails than usually does: seen within the quarter of an hour, with both numbers, and over when it is over."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from approvals.models import LedgerEntry
from exceptions import escalating, forecast, opening, rates, surges
from exceptions.models import Case, FailureClass, Tally
from tests.exceptions.conftest import WORKER, kinds
from tests.people import Company

NOW = datetime.fromisoformat("2026-11-04T10:07:00+00:00")
QUARTER, HOUR = rates.QUARTER, surges.HOUR


def arrive(company: Company, count: int, at: datetime = NOW) -> Case:
    told = [opening.Failure(company.workspace, "posting.refused", "the period is closed")] * count
    with transaction.atomic():
        return opening.open_many(failures=told, actor=WORKER, now=at)[0]


def an_hour(case: Case, failures: int, before: int) -> None:
    """So many in the hour that began so many hours ago."""
    at = NOW.replace(minute=0) - before * HOUR
    Tally.objects.create(case=case, starts_at=at, failures=failures)


def a_week(company: Company, each: int) -> Case:
    """So many on each of the last seven days, at this time of day."""
    for number in range(7, 0, -1):
        case = arrive(company, each, NOW - timedelta(days=number))
    return case


def test_three_times_the_usual_is_escalating_and_both_numbers_are_kept(northwind: Company) -> None:
    case = a_week(northwind, 3)
    arrive(northwind, 8)
    case.refresh_from_db()
    assert case.escalating_at is None

    arrive(northwind, 1)

    case.refresh_from_db()
    assert case.escalating_at == NOW
    assert rates.pace(case, NOW) == rates.Pace(9, 3)
    fact = LedgerEntry.objects.get(kind="case.escalating")
    assert fact.data == {"by": "quarter", "count": 9, "usual": 3, "version": 1}
    assert set(case.calls.values_list("why", "team")) == {("escalating", case.owner_id)}
    arrive(northwind, 20)
    assert kinds(case).count("case.escalating") == 1


def test_five_are_escalating_where_usually_nothing_fails_and_what_is_new_is_not(northwind: Company) -> None:
    arrive(northwind, 30, NOW - QUARTER)
    assert Case.objects.get().escalating_at is None
    arrive(northwind, 4)
    assert Case.objects.get().escalating_at is None
    arrive(northwind, 1)
    assert Case.objects.get().escalating_at == NOW


def test_it_is_over_after_a_quiet_quarter_and_old_counts_are_forgotten(northwind: Company) -> None:
    a_week(northwind, 1)
    arrive(northwind, 10)
    for at in (NOW + QUARTER, NOW + 1.5 * QUARTER):
        assert escalating.calm_due(now=at, actor=WORKER) == 0

    assert escalating.calm_due(now=NOW + 2 * QUARTER, actor=WORKER) == 1

    case = Case.objects.get()
    assert (case.escalating_at, kinds(case)[-1]) == (None, "case.calmed")
    escalating.calm_due(now=NOW + timedelta(days=9), actor=WORKER)
    assert not Tally.objects.exists()


def test_an_hour_with_more_than_its_week_makes_likely_is_escalating_though_no_quarter_stands_out(
    northwind: Company,
) -> None:
    case = arrive(northwind, 1, NOW - timedelta(days=8))
    for before in range(1, 7 * 24 + 1):
        an_hour(case, 4, before)
    for day in range(1, 8):  # the same quarter is always a busy one
        Tally.objects.create(
            case=case, starts_at=rates.quarter_of(NOW - timedelta(days=day)) + QUARTER, failures=9
        )

    later = NOW + QUARTER
    arrive(northwind, 11, NOW - timedelta(minutes=7))
    arrive(northwind, 26, later)
    assert Case.objects.get().escalating_at is None
    assert surges.find_due(now=later, actor=WORKER) == 0  # so much it has seen on its worst days
    Tally.objects.filter(case=case, starts_at=NOW.replace(minute=0)).update(failures=60)
    assert surges.find_due(now=later, actor=WORKER) == 1

    fact = LedgerEntry.objects.get(kind="case.escalating")
    assert (fact.data["by"], fact.data["count"]) == ("hour", 86)
    assert surges.find_due(now=later, actor=WORKER) == 0


@pytest.mark.parametrize(
    ("hours", "known", "limit"),
    [
        ([0] * 168, 168, None),
        ([10, *[0] * 167], 20, 100),  # young: ten times its worst hour
        ([4] * 168, 168, 24),  # steady: the average, and five times the average above it
        ([100, *[0] * 167], 168, 200),  # bursts: no less than twice the worst hour
    ],
)
def test_the_limit_of_an_hour(hours: list[int], known: int, limit: float | None) -> None:
    assert forecast.limit(hours, known=known) == (limit if limit is None else pytest.approx(limit))


def test_more_money_than_its_kind_lets_wait_calls_the_backup_too_where_it_is_severe(
    northwind: Company,
) -> None:
    case = arrive(northwind, 1)
    FailureClass.objects.filter(pk=case.failure_class_id).update(alarm_money=Decimal(500), severity="high")
    told = opening.Failure(
        northwind.workspace, "posting.refused", "the period is closed", amount=Decimal(300), currency="EUR"
    )
    for at in (NOW, NOW + timedelta(minutes=1)):
        assert Case.objects.get().escalating_at is None
        with transaction.atomic():
            opening.open_many(failures=[told], actor=WORKER, now=at)

    fact = LedgerEntry.objects.get(kind="case.escalating")
    assert fact.data == {"by": "money", "amount": "600.00", "version": 1}
    assert len(set(case.calls.values_list("team"))) == 2
    assert escalating.calm_due(now=NOW + timedelta(days=1), actor=WORKER) == 0
