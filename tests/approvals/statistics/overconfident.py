"""The over-confident agent all tables of thresholds are about: it says Beta(6, 1.2) and errs more often."""

import numpy as np

MOST_TRUTHS = 1_000_000


def said(n: int, chance: np.random.Generator) -> np.ndarray:
    return chance.beta(6, 1.2, n)


def error_rate(score: np.ndarray) -> np.ndarray:
    """How often it really errs at a score."""
    return 0.004 + 0.9 * (1 - score) ** 1.15


class Truth:
    """The rate and share above every threshold, from a million of its actions."""

    def __init__(self) -> None:
        scores = np.sort(said(MOST_TRUTHS, np.random.default_rng(7)))[::-1]
        self.falling = -scores
        self.rates = np.cumsum(error_rate(scores)) / np.arange(1, MOST_TRUTHS + 1)

    def above(self, threshold: float) -> tuple[float, float]:
        """The true error rate at or above a threshold, and the share of all actions there."""
        n = int(np.searchsorted(self.falling, -threshold, side="right"))
        return (float(self.rates[n - 1]) if n else 0.0), n / MOST_TRUTHS


TRUTH = Truth()
