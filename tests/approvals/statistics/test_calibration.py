"""An agent's number is turned into what it has meant, and how well is said with its n."""

import json

import numpy as np
import pytest

from approvals.statistics import calibration
from tests.approvals.statistics.overconfident import error_rate, said

ECE = {100: 0.066, 200: 0.048, 500: 0.031, 1_000: 0.022, 5_000: 0.010}


def period(n, seed):
    chance = np.random.default_rng(seed)
    scores = said(n, chance)
    return scores, chance.random(n) >= error_rate(scores)


def test_the_table_of_what_a_perfectly_calibrated_agent_shows():
    for n, shown in ECE.items():
        chance = np.random.default_rng(n)
        means = [calibration.chance_ece(chance.uniform(0.5, 1, n), 40, seed)[0] for seed in range(25)]
        assert np.mean(means) == pytest.approx(shown, rel=0.1), n


@pytest.mark.parametrize(("n", "method"), [(400, "platt"), (4_000, "isotonic")])
def test_a_curve_of_one_period_is_better_than_the_agent_in_the_next(n, method):
    curve = calibration.fit(*period(n, 1))
    scores, right = period(4_000, 2)
    told = [curve.apply(score) for score in scores]
    assert curve.method == method
    assert calibration.ece(told, right) < 0.035 < 0.03 + calibration.ece(scores, right)
    assert calibration.brier(told, right) <= calibration.brier(scores, right)
    assert calibration.log_loss(told, right) < calibration.log_loss(scores, right) + 0.01
    rising = [curve.apply(score) for score in np.linspace(0, 1, 200)]
    assert rising == sorted(rising) and rising[0] >= 0 and rising[-1] <= 1


def test_a_curve_travels_as_json_and_is_known_by_its_digest():
    curve = calibration.fit(*period(1_500, 1))
    back = calibration.Calibrator.from_json(json.loads(json.dumps(curve.to_json())))
    assert back == curve and back.digest == curve.digest != calibration.fit(*period(1_500, 2)).digest


def test_an_agent_that_is_always_sure_gets_one_number_and_an_upside_down_one_too():
    sure = calibration.fit([1.0] * 200, [True] * 160 + [False] * 40)
    assert sure.apply(1.0) == pytest.approx(0.8, abs=0.01)
    down = calibration.fit(np.linspace(0, 1, 200), [True] * 100 + [False] * 100)
    assert down.apply(0.1) == pytest.approx(down.apply(0.9)) == pytest.approx(0.5, abs=0.01)
    with pytest.raises(calibration.TooFewLabels):
        calibration.fit([0.9, 0.8, 0.7], [True, True, False])


def test_bins_of_the_diagram_hold_thirty_or_more_and_part_no_equals():
    scores, right = period(1_000, 3)
    bins = calibration.reliability(scores, right)
    assert len(bins) == 10 and {one.n for one in bins} == {100}
    assert all(
        one.low <= one.mean <= one.high and one.interval[0] <= one.share <= one.interval[1] for one in bins
    )
    assert [one.n for one in calibration.reliability(scores[:70], right[:70])] == [30, 40]
    assert [one.n for one in calibration.reliability([0.9] * 500 + [0.1] * 40, [True] * 540)] == [40, 500]
    assert [one.n for one in calibration.reliability([0.9, 0.8, 0.7], [True, True, False])] == [3]
    assert calibration.reliability([], []) == []
