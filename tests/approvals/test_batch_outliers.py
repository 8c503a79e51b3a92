"""What is unlike the rest, and the words for it. The figures are checked by hand against the published rule."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from approvals.batching import batch_outliers
from approvals.batching.batch_outliers import Field
from approvals.models import Proposal

DAY = Field("day", "Day", "date")
KIND = Field("category", "Category", "choice")
HOURS = Field("hours", "Hours", "decimal")


def rows(many: int = 10, **columns: list[Any]) -> list[Proposal]:
    """Proposals in memory; columns not told are alike."""
    found = []
    for n in range(many):
        told = {name: values[n] for name, values in columns.items()}
        found.append(
            Proposal(
                amount=Decimal(told.pop("amount", "100.00")),
                currency=told.pop("currency", "EUR"),
                confidence=told.pop("confidence", Decimal("0.95")),
                observation={"notes": told.pop("notes", [])},
                arguments=told,
            )
        )
    return found


def test_an_amount_far_from_the_median_is_told_with_its_ratio():
    amounts = [
        "100.00",
        "101.00",
        "99.00",
        "102.00",
        "98.00",
        "100.50",
        "99.50",
        "100.00",
        "101.50",
        "1400.00",
    ]
    assert batch_outliers.find(rows(amount=amounts), []) == {9: ["amount 1,400.00 is 14× the median"]}


def test_small_ones_are_told_against_the_median():
    amounts = ["100.00", "101.00", "99.00", "102.00", "98.00", "100.50", "99.50", "100.00", "101.50", "3.00"]
    assert batch_outliers.find(rows(amount=amounts), []) == {9: ["amount 3.00 where the median is 100.00"]}


def test_the_line_is_three_and_a_half():
    """Median 3, deviations 2 1 0 1 2 and x - 3: the median of them is 1.5 with six values."""
    below = dict(enumerate([1.0, 2, 3, 4, 5, 8]))
    assert batch_outliers.far(below) == []
    above = below | {5: 3.5 + 3.5 * 1.5 * 1.4826 + 0.01}
    assert batch_outliers.far(above) == [5]


def test_where_most_are_equal_the_mean_deviation_measures():
    assert batch_outliers.far(dict.fromkeys(range(9), 5.0) | {9: 6.0}) == [9]
    assert batch_outliers.far(dict.fromkeys(range(9), 5.0)) == []


def test_among_four_nothing_is_the_rule():
    assert batch_outliers.find(rows(4, amount=["1", "1", "1", "1000"]), []) == {}


def test_money_is_measured_against_its_own_currency_only():
    found = batch_outliers.find(rows(currency=["EUR"] * 9 + ["JPY"], amount=["10.00"] * 9 + ["9000"]), [])
    assert found == {9: ["currency JPY; 9 of 10 say EUR"]}


def test_a_day_far_off():
    days = [(date(2026, 11, 1) + timedelta(days=n)).isoformat() for n in range(11)]
    found = batch_outliers.find(rows(12, day=[*days, "2025-11-05"]), [DAY])
    assert found == {11: ["day is 365 days before the median"]}


def test_days_close_together_are_alike_whatever_their_spread():
    assert batch_outliers.find(rows(day=["2026-11-01"] * 9 + ["2026-11-05"]), [DAY]) == {}


def test_a_word_nobody_else_says():
    assert batch_outliers.find(rows(category=["meals"] * 9 + ["travel"]), [KIND]) == {
        9: ["category travel; 9 of 10 say meals"]
    }
    assert batch_outliers.find(rows(category=["meals", "travel"] * 5), [KIND]) == {}


def test_other_figures_are_measured_too():
    assert batch_outliers.find(
        rows(hours=["1", "1.1", "0.9", "1", "1.2", "0.8", "1", "1", "1", "40"]), [HOURS]
    ) == {9: ["hours 40 is 40× the median"]}


@pytest.mark.parametrize(("low", "told"), [("0.61", True), ("0.92", False)])
def test_confidence_notably_lower(low, told):
    found = batch_outliers.find(rows(confidence=[Decimal("0.95")] * 9 + [Decimal(low)]), [])
    assert found == ({9: [f"confidence {low} where the median is 0.95"]} if told else {})


def test_silence_among_those_who_state_confidence():
    assert batch_outliers.find(rows(confidence=[Decimal("0.95")] * 9 + [None]), []) == {
        9: ["no confidence was stated"]
    }


def test_what_the_worker_remarked_on_one_only():
    notes: list[list[str]] = [["The period closes soon"]] * 9 + [
        ["The period closes soon", "The vendor is new"]
    ]
    assert batch_outliers.find(rows(notes=notes), []) == {9: ["The vendor is new"]}


def test_nonsense_in_a_figure_is_no_figure():
    odd = ["NaN", "x", "1", "1", "1", "1", "1", "1", "1", "Infinity"]
    assert batch_outliers.find(rows(hours=odd, day=["2026-13-45"] * 10), [HOURS, DAY]) == {}
