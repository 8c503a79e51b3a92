"""More fails than usually does: seen within the quarter of an hour, with both numbers, and over when it is over."""

from datetime import datetime, timedelta

from django.db import transaction

from approvals.models import LedgerEntry
from exceptions import escalating, opening
from exceptions.models import Case, Tally
from tests.exceptions.conftest import WORKER, kinds
from tests.people import Company

NOW = datetime.fromisoformat("2026-11-04T10:07:00+00:00")
QUARTER = escalating.QUARTER


def arrive(company: Company, count: int, at: datetime = NOW) -> Case:
    told = [opening.Failure(company.workspace, "posting.refused", "the period is closed")] * count
    with transaction.atomic():
        return opening.open_many(failures=told, actor=WORKER, now=at)[0]


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
    assert escalating.pace(case, NOW) == escalating.Pace(9, 3)
    fact = LedgerEntry.objects.get(kind="case.escalating")
    assert fact.data == {"count": 9, "usual": 3}
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
