"""Unequal draws, two judges, and a week's lot, as the tables have them."""

import numpy as np
import pytest

from approvals.statistics import inspection, weights
from approvals.statistics.agreement import Agreement, between
from approvals.statistics.inspection import (
    NORMAL,
    REDUCED,
    STOPPED,
    TIGHTENED,
    Plan,
    Switching,
    after,
    resumed,
)

CURVES = {(50, 1): (0.72, 7.6), (80, 1): (0.45, 4.8), (80, 2): (1.03, 6.5), (125, 3): (1.10, 5.3)}


def test_items_weigh_as_much_as_they_stand_for():
    told = weights.hajek([True, False, False, False], [1.0, 0.1, 0.1, 0.1])
    assert told.rate == pytest.approx(1 / 31) and told.low < told.rate < told.high and told.n == 4
    assert weights.hajek([False] * 299, [0.2] * 299).high == pytest.approx(0.0123, abs=1e-4)
    assert (weights.hajek([], []).low, weights.hajek([], []).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="probability"):
        weights.hajek([True], [0.0])


def test_the_interval_holds_the_truth_in_nineteen_of_twenty_weeks():
    """Most of a week drawn thinly, a dear tenth drawn thickly and wrong five times as often."""
    chance, held, rates = np.random.default_rng(17), 0, []
    pi = np.where(np.arange(2_000) < 200, 0.4, 0.05)
    for _ in range(1_500):
        wrong = chance.random(2_000) < np.where(pi == 0.4, 0.15, 0.03)
        drawn = chance.random(2_000) < pi
        told = weights.hajek(wrong[drawn], pi[drawn])
        rates.append(told.rate - wrong.mean())
        held += told.low <= wrong.mean() <= told.high
    assert held / 1_500 >= 0.94
    assert np.mean(rates) == pytest.approx(0, abs=0.001)


def test_agreement_is_95_percent_and_on_rejection_29():
    told = Agreement(940, 25, 25, 10)
    assert (told.n, told.raw, round(told.kappa, 2), round(told.pabak, 2)) == (1_000, 0.95, 0.26, 0.90)
    assert (round(told.on_right, 2), round(told.on_wrong, 2)) == (0.97, 0.29)
    assert between([True, False, False], [True, True, False]) == Agreement(1, 0, 1, 1)
    nobody = between([], [])
    assert (nobody.raw, nobody.kappa, nobody.pabak, nobody.on_wrong) == (None,) * 4
    assert between([False], [False]).kappa is None  # chance alone would always agree


def test_plans_promise_what_the_table_says():
    for (n, accept), (mostly, seldom) in CURVES.items():
        told = [100 * Plan(n, accept).accepted_at(chance) for chance in (0.95, 0.10)]
        assert told == [pytest.approx(mostly, abs=0.006), pytest.approx(seldom, abs=0.06)]
        assert Plan(n, accept).chance(told[0] / 100) == pytest.approx(0.95)


def test_a_lot_has_its_letter_and_its_plan():
    assert [inspection.letter(lot) for lot in (280, 281, 500, 501, 1_200, 1_201, 3_200, 3_201)] == list(
        "EHHJJKKL"
    )
    assert [inspection.plan(lot, NORMAL).n for lot in (281, 501, 1_201, 3_201)] == [50, 80, 125, 200]
    assert inspection.plan(800, TIGHTENED) == Plan(80, 1) and inspection.plan(800, STOPPED) == Plan(80, 1)
    assert inspection.plan(9_000, NORMAL, most=100) == Plan(80, 2)
    assert inspection.plan(9_000, NORMAL, most=3) == Plan(13, 0)


USUAL = Plan(80, 2)


def through(state, *wrong, plan=USUAL):
    for errors in wrong:
        state = after(state, plan, errors)
    return state


def test_two_failures_of_five_tighten_and_five_passes_loosen_again():
    assert through(Switching(), 3, 0, 0, 0).severity == NORMAL
    assert through(Switching(), 3, 0, 0, 0, 0, 3).severity == NORMAL  # the first is six lots back
    tightened = through(Switching(), 3, 0, 0, 0, 3)
    assert tightened == Switching(TIGHTENED)
    assert through(tightened, 0, 0, 0, 0).severity == TIGHTENED
    assert through(tightened, 0, 0, 0, 0, 0) == Switching(NORMAL)


def test_five_failures_under_tightened_stop_and_only_a_person_goes_on():
    stopped = through(Switching(TIGHTENED), 9, 0, 9, 9, 0, 0, 9, 9)
    assert stopped == Switching(STOPPED)
    assert through(stopped, 0, 0, 0, 0, 0, 0) == stopped
    assert resumed(stopped) == Switching(TIGHTENED) and resumed(Switching()) == Switching()


def test_ten_clean_lots_reduce_and_one_failure_ends_it():
    assert through(Switching(), *[1] * 9).severity == NORMAL
    assert through(Switching(), *[1] * 10).severity == REDUCED
    assert (
        through(Switching(), *[0] * 5, 2, *[0] * 9).severity == NORMAL
    )  # accepted, but not one step tighter
    assert through(Switching(), *[0] * 15, plan=Plan(50, 1)).severity == REDUCED
    assert through(Switching(REDUCED), 0, 1, 3) == Switching(NORMAL)
