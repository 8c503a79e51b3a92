"""The reliability diagram: how often an agent was right where it said so, in bins of equal mass."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from approvals.statistics import bounds
from approvals.statistics.columns import Numbers, Truths

LEAST = 30
MOST_BINS = 10


@dataclass(frozen=True)
class Bin:
    """Labels with scores from ``low`` to ``high``: their ``mean`` score, the ``share`` that was right, and Wilson's
    95 % interval of it.
    """

    low: float
    high: float
    mean: float
    share: float
    n: int
    interval: tuple[float, float]


def reliability(scores: Numbers, right: Truths) -> list[Bin]:
    """Up to ten bins of at least thirty labels each, rising; with fewer than sixty labels there is one bin.

    Equal scores are never parted: a bin ends before a stretch of them that would make it larger than its share, or
    behind it where it would be too small otherwise. What is left too small at the end joins its neighbour.
    """
    order = np.argsort(np.asarray(scores, dtype=float), kind="stable")
    said, came = np.asarray(scores, dtype=float)[order], np.asarray(right, dtype=bool)[order]
    n = len(said)
    if n == 0:
        return []
    size = max(LEAST, -(-n // MOST_BINS))
    starts = [0]
    for end, following in pairwise([*(np.flatnonzero(np.diff(said)) + 1), n]):
        if end - starts[-1] >= LEAST and following - starts[-1] > size:
            starts.append(int(end))
    if len(starts) > 1 and n - starts[-1] < LEAST:
        starts.pop()
    return [_bin(said[a:b], came[a:b]) for a, b in zip(starts, [*starts[1:], n], strict=True)]


def _bin(said: np.ndarray, came: np.ndarray) -> Bin:
    n, hits = len(said), int(came.sum())
    return Bin(float(said[0]), float(said[-1]), float(said.mean()), hits / n, n, bounds.wilson(hits, n))
