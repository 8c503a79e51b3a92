"""Northwind's figures are its ledger, counted: each fact once, whatever dies, comes late or comes again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection

from approvals import decisions
from approvals.models import LedgerEntry
from exceptions import cases
from runs.figures import folding, histograms
from runs.models import Execution, Figure, FigureMark
from tests.builders import a_proposal, actor_of, an_approved, approve
from tests.people import Company
from tests.runs.figures.counting import CLOCK, EVERYTHING, a_run, count, figures

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 3, 9, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_runs_are_counted_in_the_hour_they_ended_with_what_they_cost(northwind: Company):
    a_run(northwind.bot, NINE, NINE + MINUTE, tokens_in=100, tokens_out=7)
    a_run(northwind.bot, NINE, NINE + 55 * MINUTE, state="failed", cost=Decimal("0.10"), currency="")
    a_run(northwind.bot, NINE + 70 * MINUTE, NINE + 71 * MINUTE, workflow="triage")
    count(northwind.workspace)
    ten = datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert figures(northwind.workspace, "run") == {"succeeded": 2, "failed": 1}
    assert figures(northwind.workspace, "run", "hour", starts_at=ten) == {"succeeded": 1, "failed": 1}
    assert figures(northwind.workspace, "run", "day", workflow="posting") == {"succeeded": 1, "failed": 1}
    assert figures(northwind.workspace, "began") == {"": 3}
    paid = Figure.objects.filter(measure="cost", grain="ever", scope="version").values_list("key", "amount")
    assert dict(paid) == {"EUR": Decimal("0.02"), "": Decimal("0.10")}  # never added together
    spent = Figure.objects.filter(measure="tokens", grain="ever", scope="all").values_list("key", "amount")
    assert dict(spent) == {"in": 100, "out": 7}
    took = figures(northwind.workspace, "run_ms")
    assert took == {str(histograms.bucket(60_000)): 2, str(histograms.bucket(55 * 60_000)): 1}


def test_what_became_of_proposals_writes_and_cases(northwind: Company):
    approve(first := a_proposal(northwind.bot), northwind.maria)
    decisions.undo(
        proposal_id=first.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=first.created_at
    )
    approve(
        a_proposal(northwind.bot, title="Memo A"), northwind.maria, verdict="edit",
        arguments={"title": "Memo A", "amount": "11.00"},
    )  # fmt: skip
    approve(a_proposal(northwind.bot), northwind.ken, verdict="reject", reason_code="other", note="no")
    a_proposal(northwind.bot, arguments={"amount": "wrong"})
    count(northwind.workspace)
    assert figures(northwind.workspace, "asked") == {"": 4}
    assert figures(northwind.workspace, "proposal") == {
        "approved": 1, "taken_back": 1, "edited": 1, "rejected": 1, "blocked": 1,
    }  # fmt: skip
    assert sum(figures(northwind.workspace, "wait_ms").values()) == 3
    assert figures(northwind.workspace, "reading") == {"": 3}
    (opened,) = figures(northwind.workspace, "case")
    assert opened.endswith("|proposal.invalid")


def test_counting_again_adds_nothing_and_a_late_entry_is_added_to_its_own_hour(northwind: Company):
    a_run(northwind.bot, NINE, NINE + MINUTE)
    assert count(northwind.workspace) > 0
    assert count(northwind.workspace) == 0
    late = cases.open_case(
        workspace=northwind.workspace, code="run.failed", message="Late", actor=CLOCK, now=NINE + MINUTE
    )
    assert count(northwind.workspace) == 1
    mark = f"{late.owner_id}|run.failed"
    hour = NINE.replace(minute=0)
    assert figures(northwind.workspace, "case", "hour", starts_at=hour) == {mark: 1}
    assert figures(northwind.workspace, "run") == {"succeeded": 1}


def test_a_counting_that_dies_has_counted_nothing(northwind: Company, monkeypatch: pytest.MonkeyPatch):
    count(northwind.workspace)
    Figure.objects.all().delete()
    a_run(northwind.bot, NINE, NINE + MINUTE)
    with monkeypatch.context() as patch:
        patch.setattr(FigureMark, "save", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            count(northwind.workspace)
    assert not Figure.objects.exists()
    count(northwind.workspace)
    assert figures(northwind.workspace, "run") == {"succeeded": 1}


def test_small_batches_and_a_rebuild_come_to_the_same(
    northwind: Company, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    an_approved(northwind.bot, northwind.maria)
    for minute in range(5):
        a_run(northwind.bot, NINE, NINE + minute * MINUTE)
    monkeypatch.setattr(folding, "BATCH", 2)
    while count(northwind.workspace):
        pass
    first = sorted(
        Figure.objects.values_list("scope", "grain", "starts_at", "measure", "key", "count", "amount")
    )
    monkeypatch.setattr(folding.horizon, "complete", lambda: EVERYTHING)
    call_command("rebuild_figures", workspace="northwind")
    assert (
        sorted(Figure.objects.values_list("scope", "grain", "starts_at", "measure", "key", "count", "amount"))
        == first
    )
    assert Execution.objects.count() == 1 and LedgerEntry.objects.exists() and first


def test_another_clock_cuts_the_days_anew(northwind: Company):
    a_run(northwind.bot, NINE.replace(hour=23), NINE.replace(hour=23, minute=40))
    count(northwind.workspace)
    northwind.workspace.timezone = "Asia/Kolkata"
    northwind.workspace.save()
    count(northwind.workspace)
    (day,) = Figure.objects.filter(measure="run", grain="day", scope="all").values_list(
        "starts_at", flat=True
    )
    (hour,) = Figure.objects.filter(measure="run", grain="hour", scope="all").values_list(
        "starts_at", flat=True
    )
    assert day == datetime(2026, 11, 3, 18, 30, tzinfo=UTC)  # the fourth, where half an hour is shifted
    assert hour == datetime(2026, 11, 3, 23, 30, tzinfo=UTC)


def test_a_quantile_of_merged_buckets_is_as_near_as_promised():
    lengths = [1, 3, 20, 40, 99, 1_000, 5_000, 61_000, 10**7]
    for ms in lengths:
        assert abs(histograms.value(histograms.bucket(ms)) - ms) / ms <= histograms.ERROR + 1e-9
    counts = {str(histograms.bucket(ms)): 1 for ms in lengths}
    assert histograms.quantile(counts, 0.5) == pytest.approx(99, rel=histograms.ERROR)
    assert histograms.quantile({}, 0.5) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT ceil(ln(8192::float8) / ln(2::float8) * 8 - 1e-9)::int")
        assert cursor.fetchone() == (histograms.bucket(8192),)
