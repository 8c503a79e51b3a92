"""Wald's test and the CUSUM stop when the tables say they do."""

from decimal import Decimal

import numpy as np
import pytest

from approvals.lanes import ladder
from approvals.statistics import cusum, sprt

# alarm height: mean labels to an alarm at 1, 2 and 3 percent
ALARMS = {2.5: (1_496, 300, 143), 3.0: (2_661, 406, 180), 3.5: (4_667, 518, 214), 4.0: (8_133, 651, 252),
          5.0: (22_574, 928, 327)}  # fmt: skip


def test_the_default_test_has_the_steps_limits_and_lengths_of_the_text():
    plan = sprt.Plan()
    assert (round(plan.on_error, 4), round(plan.on_right, 4)) == (1.0986, -0.0204)
    assert (round(plan.stop_at, 3), round(plan.promote_at, 3)) == (2.890, -2.251)
    assert plan.clean_run == 111
    assert (round(plan.expected_length(good=True)), round(plan.expected_length(good=False))) == (216, 181)


def test_a_clean_run_promotes_and_three_quick_errors_stop():
    plan, state = sprt.Plan(), sprt.Walk()
    for n in range(1, 112):
        state = sprt.walk(plan, state, wrong=False)
        assert sprt.verdict(plan, state.total) == ("promote" if n == 111 else "go on")
    assert sprt.walk(plan, state, wrong=True) == state  # a verdict stands
    hit = sprt.Walk()
    for _ in range(3):
        hit = sprt.walk(plan, hit, wrong=True)
    assert sprt.verdict(plan, hit.total) == "stop" and (hit.n, hit.errors) == (3, 3)


def walked(plan, rate, runs=4_000, longest=6_000):
    """Shares promoted and stopped, and the mean length, of so many tests at a true rate."""
    chance, total = np.random.default_rng(11), np.zeros(runs)
    ended, lengths = np.zeros(runs, dtype=int), np.zeros(runs)
    for _ in range(longest):
        going = ended == 0
        if not going.any():
            break
        lengths += going
        total += going * np.where(chance.random(runs) < rate, plan.on_error, plan.on_right)
        ended = np.where(going, (total <= plan.promote_at) * 1 - (total >= plan.stop_at) * 1, ended)
    return (ended == 1).mean(), (ended == -1).mean(), lengths.mean()


def test_it_errs_no_oftener_than_it_says():
    plan = sprt.Plan()
    promoted, stopped, length = walked(plan, 0.01)
    assert stopped <= 0.05 + 0.01 and promoted >= 0.94 and length == pytest.approx(216, rel=0.2)
    promoted, stopped, length = walked(plan, 0.03)
    assert promoted <= 0.10 + 0.015 and stopped >= 0.88 and length == pytest.approx(181, rel=0.25)


def alarms(rate, lanes=3_000, longest=2_000):
    """Mean labels to an alarm for every height at once, by walking many lanes side by side."""
    chance, plan = np.random.default_rng(13), cusum.Plan()
    on_error, on_right = plan.steps
    total, peak = np.zeros(lanes), {h: np.zeros(lanes) for h in (2.5, 3.5)}
    for n in range(1, longest + 1):
        total = np.maximum(0, total + np.where(chance.random(lanes) < rate, on_error, on_right))
        for h, first in peak.items():
            first[(first == 0) & (total >= h)] = n
    return {h: np.where(first == 0, longest, first).mean() for h, first in peak.items()}


def test_the_table_of_alarms():
    for h, (peace, doubled, tripled) in ALARMS.items():
        plan = cusum.Plan(h=h)
        told = [cusum.expected_length(plan, rate) for rate in (0.01, 0.02, 0.03)]
        assert told == pytest.approx([peace, doubled, tripled], rel=0.06), h


def test_the_table_is_what_a_simulation_shows():
    assert alarms(0.03) == {h: pytest.approx(ALARMS[h][2], rel=0.06) for h in (2.5, 3.5)}


def test_the_sum_never_saves_up_peace_and_four_quick_errors_alarm():
    plan, total = cusum.Plan(), 0.0
    for _ in range(500):
        total = cusum.step(plan, total, wrong=False)
    assert total == 0
    for n in range(1, 5):
        total = cusum.step(plan, total, wrong=True)
        assert cusum.alarmed(plan, total) == (n == 4)


# a lane's limit: audits without an error that let it on; mean audits to an alarm at peace, at the limit, and trebled
BY_LIMIT = {"0.005": (408, 17_100, 2_480, 830), "0.010": (203, 8_570, 1_250, 410), "0.020": (101, 4_270, 620, 204),
            "0.050": (39, 1_690, 245, 80), "0.100": (19, 805, 117, 38)}  # fmt: skip


def test_a_lane_is_watched_by_its_limit():
    for limit, (clean, *lengths) in BY_LIMIT.items():
        epsilon = Decimal(limit)
        test, watch = ladder.step_up(epsilon), ladder.drift(epsilon)
        assert test.p1 == pytest.approx(3 * test.p0) and test.clean_run == clean
        still = -test.on_right / (test.on_error - test.on_right)  # where the sum neither rises nor falls
        assert still == pytest.approx(float(epsilon), rel=0.012)
        told = [cusum.expected_length(watch, rate) for rate in (test.p0, float(epsilon), test.p1)]
        assert told == pytest.approx(lengths, rel=0.06), limit
