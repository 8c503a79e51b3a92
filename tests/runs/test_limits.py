"""Limits at dispatch: what goes, what waits and until when, who is told, and that nothing is lost by waiting."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import actors, agents, limits, policies, tools
from approvals.models import LedgerEntry, Limit
from exceptions.models import Case
from runs import drain, holding, limit_reading
from runs import limits as counting
from runs.models import Bucket, Execution
from tests import builders
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db
TEST = actors.worker("test")


def work() -> int:
    return drain.drain(linger=0, longest=0)


def a_limit(company: Company, **changes: Any) -> Limit:
    terms = {
        "scope": "workspace",
        "measure": "writes",
        "per": "hour",
        "amount": Decimal(2),
        "burst": 2,
    } | changes
    return limits.set_limit(
        workspace=company.workspace, terms=limits.Terms(**terms), by=None, actor=TEST, now=timezone.now()
    )


def approved(company: Company, many: int = 1, **changes: Any) -> list[Execution]:
    made = [builders.an_approved(company.bot, company.maria, **changes) for _ in range(many)]
    return [Execution.objects.get(proposal=row) for row in made]


def written() -> int:
    return Execution.objects.filter(state="succeeded").count()


def pass_by(length: timedelta) -> None:
    """As if so much time had passed since everything that was done and promised."""
    Execution.objects.filter(state="scheduled").update(due_at=F("due_at") - length)
    Bucket.objects.update(counted_at=F("counted_at") - length)


def test_two_an_hour_let_two_go_and_the_third_waits_for_half_an_hour(
    northwind: Company, board: Board
) -> None:
    a_limit(northwind)
    approved(northwind, 4)
    before = timezone.now()
    work()
    assert written() == 2
    third, fourth = Execution.objects.filter(state="scheduled").order_by("due_at")
    assert timedelta(minutes=29) < third.due_at - before < timedelta(minutes=31)
    assert timedelta(minutes=59) < fourth.due_at - before < timedelta(minutes=61)
    assert (third.claimed_by, third.leased_until, third.attempts) == (None, None, 0)
    assert "Waits for the limit of 2 writes an hour for the whole workspace until" in limit_reading.waits(
        third, before
    )


def test_what_waits_goes_on_by_itself_once_the_bucket_has_drained(northwind: Company, board: Board) -> None:
    a_limit(northwind)
    approved(northwind, 3)
    work()
    pass_by(timedelta(minutes=31))
    work()
    assert written() == 3
    assert Execution.objects.filter(waits_for="").count() == 3


def test_nobody_passes_those_who_stand_in_line(northwind: Company, board: Board) -> None:
    a_limit(northwind)
    early = approved(northwind, 3)
    work()
    [late] = approved(northwind)
    work()
    assert Execution.objects.get(pk=late.pk).waits_for
    pass_by(timedelta(minutes=29))
    [later] = approved(northwind)
    pass_by(timedelta(minutes=2))
    Execution.objects.filter(pk=later.pk).update(due_at=timezone.now() - timedelta(hours=1))
    work()  # there is room for one, and it is not the turn of the one that has waited for nothing yet
    assert set(Execution.objects.filter(state="succeeded").values_list("id", flat=True)) == {
        row.id for row in early
    }


def test_one_case_is_opened_for_a_limit_and_period_however_many_wait(
    northwind: Company, board: Board
) -> None:
    limit = a_limit(northwind)
    approved(northwind, 5)
    work()
    Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
    work()
    case = Case.objects.get(failure_class__code="dispatch.limit_reached")
    assert (case.total_count, case.owner.name) == (1, "Controllers")
    assert "2 writes an hour is reached" in case.occurrences.get().message
    held = LedgerEntry.objects.filter(kind="execution.held")
    assert held.count() == 3 and {row.data["limit"] for row in held} == {limit.pk}


def test_money_is_counted_by_the_day_and_waits_until_tomorrow(northwind: Company, board: Board) -> None:
    northwind.workspace.timezone = "Asia/Tokyo"
    northwind.workspace.save()
    a_limit(northwind, measure="money", per="day", amount=Decimal(25), burst=None, currency="EUR")
    approved(northwind, 3)
    work()
    assert written() == 2
    waiting = Execution.objects.get(state="scheduled")
    tomorrow = timezone.localtime(waiting.due_at, ZoneInfo("Asia/Tokyo"))
    assert (tomorrow.hour, tomorrow.minute, tomorrow.second) == (0, 0, 0)
    assert waiting.due_at > timezone.now()


def test_money_in_another_currency_counts_as_above_the_limit(northwind: Company, board: Board) -> None:
    a_limit(northwind, measure="money", per="month", amount=Decimal(1_000_000), burst=None, currency="EUR")
    approved(northwind, arguments={"title": "In yen", "amount": "10", "currency": "JPY"})
    work()
    row = Execution.objects.get()
    assert (row.state, written()) == ("scheduled", 0)
    assert "counts JPY as above it" in limit_reading.waits(row, timezone.now())
    assert Case.objects.filter(failure_class__code="dispatch.limit_reached").count() == 1


def test_a_write_that_surely_did_not_happen_spent_nothing(northwind: Company, board: Board) -> None:
    a_limit(northwind, measure="money", per="day", amount=Decimal(10), burst=None, currency="EUR")
    board.trouble = [tools.Refused("posting.period_closed", "closed")]
    approved(northwind, 1)
    work()
    assert Bucket.objects.get().used == 0
    approved(northwind, 1)
    work()
    assert written() == 1 and Bucket.objects.get().used == 10


@pytest.mark.parametrize("scope", ["tool", "agent", "workspace"])
def test_a_limit_holds_what_it_names_and_nothing_else(northwind: Company, board: Board, scope: str) -> None:
    other = agents.add_agent(
        workspace=northwind.workspace,
        name="other",
        version="1",
        tools=["memo.write"],
        actor=TEST,
        now=timezone.now(),
    )
    key = {"tool": "books.post_expense", "agent": other.id.hex, "workspace": ""}[scope]
    a_limit(northwind, scope=scope, key=key, amount=Decimal(1), burst=1)
    approved(northwind, 3)
    work()
    assert written() == (1 if scope == "workspace" else 3)


def test_a_limit_of_one_workspace_holds_nothing_of_another(
    northwind: Company, harbour: Company, board: Board
) -> None:
    a_limit(northwind, amount=Decimal(1), burst=1)
    for _ in range(2):
        builders.an_approved(harbour.bot, harbour.dana)
    approved(northwind, 2)
    work()
    assert Execution.objects.filter(workspace=harbour.workspace, state="succeeded").count() == 2
    assert Execution.objects.filter(workspace=northwind.workspace, state="succeeded").count() == 1


def test_a_raised_limit_lets_those_in_line_go_and_keeps_what_was_used(
    northwind: Company, board: Board
) -> None:
    limit = a_limit(northwind)
    approved(northwind, 4)
    work()
    raised = a_limit(northwind, amount=Decimal(3), burst=3)
    assert Limit.objects.get(pk=limit.pk).retired_at is not None
    assert counting.wake(raised, timezone.now()) == 2
    work()
    assert written() == 3


def test_the_rate_of_the_policy_holds_once_more_at_dispatch(northwind: Company, board: Board) -> None:
    approved(northwind, 3)
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=TEST, now=timezone.now(), rate_per_hour=2
    )
    limits.forget(northwind.workspace.pk)
    work()
    assert written() == 2
    assert "in its tool’s policy" in limit_reading.waits(
        Execution.objects.get(state="scheduled"), timezone.now()
    )


def test_a_batch_costs_two_statements_and_none_without_limits(northwind: Company) -> None:
    rows = approved(northwind, 5)
    rows = list(
        Execution.objects.filter(pk__in=[row.pk for row in rows]).select_related("proposal", "workspace")
    )
    counting.admit(rows, timezone.now())
    with CaptureQueriesContext(connection) as none:
        assert len(counting.admit(rows, timezone.now()).go) == 5
    assert len(none) == 0
    a_limit(northwind, amount=Decimal(3), burst=3)
    counting.bounds_of(rows[0])
    with CaptureQueriesContext(connection) as asked:
        admission = counting.admit(rows, timezone.now())
    assert (len(admission.go), len(admission.wait), len(asked)) == (3, 2, 2)


def test_the_case_of_a_limit_settles_itself_when_what_was_held_went_out(
    northwind: Company, board: Board
) -> None:
    a_limit(northwind)
    approved(northwind, 3)
    work()
    assert holding.settle_over(actor=TEST, now=timezone.now()) == 0
    assert Case.objects.get().state == "open"
    pass_by(timedelta(hours=1))
    work()
    assert written() == 3
    assert holding.settle_over(actor=TEST, now=timezone.now()) == 1
    assert Case.objects.get().state == "resolved"
    assert LedgerEntry.objects.filter(kind="case.resolved", actor=TEST.id).count() == 1
    assert holding.settle_over(actor=TEST, now=timezone.now()) == 0


def test_the_case_of_an_hour_that_is_over_settles_itself_though_something_still_waits(
    northwind: Company, board: Board
) -> None:
    a_limit(northwind)
    approved(northwind, 3)
    work()
    assert holding.settle_over(actor=TEST, now=timezone.now() + timedelta(hours=1)) == 1
    assert written() == 2
