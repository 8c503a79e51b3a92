"""A threshold found by fixed-sequence testing keeps its promise; one found by looking at the rates breaks it."""

import numpy as np
import pytest

from approvals.statistics import coverage, sequence
from tests.approvals.statistics.overconfident import TRUTH, error_rate, said

RUNS = 2_000
GRID = np.arange(0.50, 0.995, 0.01)
# labels, limit: percent of runs with a broken promise, and mean percent that would pass, by eye and in sequence
TABLE = [(300, 0.05, (48, 54), (0.8, 8)), (300, 0.02, (61, 25), (0, 0)), (1_000, 0.05, (43, 54), (1.8, 20)),
         (3_000, 0.05, (34, 54), (2.0, 39)), (1_000, 0.02, (51, 21), (1.7, 0.5)),
         (3_000, 0.02, (44, 20), (1.4, 2.8))]  # fmt: skip
BOUGHT = {(1_000, 0.05): 18, (3_000, 0.05): 32, (10_000, 0.05): 39, (1_000, 0.02): 0.9, (3_000, 0.02): 3.3,
          (10_000, 0.02): 6.4}  # fmt: skip


def by_eye(scores, wrong, limit):
    """The loosest threshold whose labels happen to stay within the limit."""
    above = scores >= GRID[:, None]
    counts = above.sum(axis=1)
    fine = (counts > 0) & ((above & wrong).sum(axis=1) <= limit * counts)
    return float(GRID[fine][0]) if fine.any() else None


def judged(chosen, limit):
    """Percent of worlds with the promise broken, and mean percent that passes."""
    above = [TRUTH.above(threshold) if threshold is not None else (0.0, 0.0) for threshold in chosen]
    return 100 * np.mean([rate > limit for rate, _ in above]), 100 * np.mean([share for _, share in above])


@pytest.mark.parametrize(("labels", "limit", "eye", "fixed"), TABLE)
def test_the_table_of_broken_promises(labels, limit, eye, fixed):
    chance = np.random.default_rng(labels)
    seen, found = [], []
    for run in range(RUNS):
        scores = said(labels, chance)
        wrong = chance.random(labels) < error_rate(scores)
        found.append(sequence.along(scores, wrong, GRID, limit).threshold)
        if run < RUNS // 10:
            seen.append(by_eye(scores, wrong, limit))
    broken, passes = judged(found, limit)
    assert broken <= 5  # the promise
    assert broken == pytest.approx(fixed[0], abs=1.0)
    assert passes == pytest.approx(fixed[1], abs=max(0.5, 0.12 * fixed[1]))
    assert judged(seen, limit) == (pytest.approx(eye[0], abs=8), pytest.approx(eye[1], abs=4))


@pytest.mark.parametrize(("labels", "limit"), BOUGHT)
def test_twelve_cuts_buy_what_the_text_says_and_keep_the_promise(labels, limit):
    chance = np.random.default_rng(1)
    found = []
    for _ in range(500 if labels < 10_000 else 100):
        scores = said(labels, chance)
        found.append(sequence.threshold(scores, chance.random(labels) < error_rate(scores), limit).threshold)
    broken, passes = judged(found, limit)
    assert broken <= 5
    assert passes == pytest.approx(BOUGHT[labels, limit], abs=max(0.4, 0.1 * BOUGHT[labels, limit]))


def test_what_is_to_be_expected_is_said_beforehand():
    scores = said(4_000, np.random.default_rng(5))
    told = coverage.expected(scores, error_rate(scores), 3_000, 0.05)
    assert told.coverage == pytest.approx(0.32, abs=0.04)
    assert told.chance > 0.8
    assert coverage.expected(scores, error_rate(scores), 94, 0.05).chance == 0
    assert coverage.expected(scores, error_rate(scores), 10_000, 0.01).coverage < 0.01


def test_a_clean_stratum_buys_what_the_pool_never_does():
    told = coverage.by_stratum({"known supplier": coverage.Stratum(0.3, 0.001)}, 500, 0.02)
    assert told["known supplier"] > 0.25
    assert coverage.by_stratum({"all": coverage.Stratum(1, 0.05)}, 500, 0.02)["all"] < 0.001


def test_every_cut_is_told_and_equal_scores_stay_together():
    scores = [0.9] * 150 + [0.5] * 50
    found = sequence.threshold(scores, [False] * 150 + [True] * 50, 0.05)
    assert [(cut.threshold, cut.n, cut.errors, cut.passed) for cut in found.cuts] == [
        (0.9, 150, 0, True),
        (0.5, 200, 50, False),
    ]
    assert found.threshold == 0.9 and found.chosen.coverage == 0.75 and found.chosen.bound < 0.05


def test_three_labels_find_nothing():
    assert sequence.threshold([0.9, 0.9, 0.8], [False] * 3, 0.05) == sequence.Found(None, ())
    assert sequence.smallest(0.05) == 95
