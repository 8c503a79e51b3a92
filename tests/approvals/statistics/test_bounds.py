"""Bounds are the tables' to the last digit, and a plan passes as often as they say."""

import numpy as np
import pytest
from scipy.stats import binomtest

from approvals.statistics import bounds

LABELS = {
    0.05: [59, 93, 124, 153, 181, 208],
    0.02: [149, 236, 313, 386, 456, 523],
    0.01: [299, 473, 628, 773, 913, 1_049],
    0.005: [598, 947, 1_258, 1_549, 1_829, 2_100],
    0.001: [2_995],
}
AT_99 = {0.05: 90, 0.02: 228, 0.01: 459, 0.005: 919, 0.001: 4_603}
PASSES = [(0.01, 59, 0, 55), (0.01, 93, 1, 76), (0.01, 124, 2, 87), (0.01, 181, 4, 96), (0.002, 299, 0, 55),
          (0.002, 628, 2, 87)]  # fmt: skip


def test_so_many_labels_are_needed_as_the_table_says():
    for limit, row in LABELS.items():
        assert [bounds.labels_needed(limit, errors) for errors in range(len(row))] == row
        assert bounds.labels_needed(limit, 0, 0.01) == AT_99[limit]
    for limit in (0, 1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bounds.labels_needed(limit)


def test_one_label_fewer_would_not_do():
    for limit, row in LABELS.items():
        for errors, n in enumerate(row):
            assert bounds.upper(errors, n) <= limit < bounds.upper(errors, n - 1)


def test_a_good_agent_passes_as_often_as_the_table_says():
    said = [round(100 * bounds.chance_of_passing(rate, n, allowed)) for rate, n, allowed, _ in PASSES]
    assert said == [percent for *_, percent in PASSES]


def test_bounds_agree_with_scipys_intervals():
    for n in (1, 7, 80, 300, 2_000):
        for k in {0, 1, n // 3, n}:
            exact = binomtest(k, n).proportion_ci(0.90, method="exact")
            assert (bounds.lower(k, n), bounds.upper(k, n)) == pytest.approx(
                (exact.low, exact.high), abs=1e-12
            )
            drawn = binomtest(k, n).proportion_ci(0.95, method="wilson")
            assert bounds.wilson(k, n) == pytest.approx((drawn.low, drawn.high), abs=1e-12)
    assert (bounds.upper(0, 0), bounds.lower(0, 0), bounds.wilson(0, 0)) == (1.0, 0.0, (0.0, 1.0))


def test_wilson_promises_more_than_can_be_shown():
    """The reason for two kinds: none wrong of 300."""
    ninety = binomtest(0, 300).proportion_ci(0.90, method="wilson").high
    assert (round(100 * bounds.upper(0, 300), 2), round(100 * ninety, 2)) == (0.99, 0.89)
    assert bounds.wilson(0, 300, 0.90)[1] == pytest.approx(ninety)


def test_a_true_rate_lies_above_its_upper_bound_in_one_of_twenty_worlds_at_most():
    errors = np.random.default_rng(3).binomial(200, 0.02, 20_000)
    above = np.array([bounds.upper(k, 200) for k in range(errors.max() + 1)])[errors] < 0.02
    assert above.mean() <= 0.05
