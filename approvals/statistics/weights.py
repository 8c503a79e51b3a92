"""An error rate from items drawn with unequal chances, each weighing as much as the items it stands for."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainccinv, betaincinv

from approvals.statistics.columns import Numbers, Truths


@dataclass(frozen=True)
class Estimate:
    """``rate`` of all, with a two-sided interval, from ``n`` items."""

    rate: float
    low: float
    high: float
    n: int


def hajek(wrong: Truths, probabilities: Numbers, confidence: float = 0.95) -> Estimate:
    """The Hájek form of Horvitz and Thompson: sum(e / pi) / sum(1 / pi), ``probabilities`` above 0 and up to 1.

    The interval is the exact one at the effective number of items (Korn and Graubard 1998): the smallest of the number
    drawn, Kish's (sum w)² / sum w², and p(1-p) over the estimate's own variance. Items drawn unevenly count for less,
    and none wrong is never read as no error at all. Without items the rate is 0 and the interval says nothing: 0 to 1.
    """
    if len(wrong) == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    chances = np.asarray(probabilities, dtype=float)
    if not ((chances > 0) & (chances <= 1)).all():
        raise ValueError("An inclusion probability lies above 0 and at most at 1")
    weight, errors = 1 / chances, np.asarray(wrong, dtype=float)
    rate = float(weight @ errors / weight.sum())
    size = min(len(errors), float(weight.sum() ** 2 / (weight @ weight)))
    spread = float((weight**2 @ (errors - rate) ** 2) / weight.sum() ** 2)
    if spread > 0:
        size = min(size, rate * (1 - rate) / spread)
    tail, hits = (1 - confidence) / 2, rate * size
    low = float(betaincinv(hits, size - hits + 1, tail)) if rate > 0 else 0.0
    high = float(betainccinv(hits + 1, size - hits, tail)) if rate < 1 else 1.0
    return Estimate(rate, low, high, len(errors))
