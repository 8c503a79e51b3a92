"""A threshold whose error rate is promised: Learn-then-Test by fixed-sequence testing.

Angelopoulos, Bates, Candès, Jordan and Lei 2021. Thresholds are tried from the strictest to the loosest, each with an
exact bound, and the first that fails ends it: so no luck is bought by trying many. They are chosen from the scores
alone, never from what was right. For labels drawn at random from one period, the rate above the threshold found exceeds
the limit with a chance of at most ``delta``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np

from approvals.statistics import bounds
from approvals.statistics.columns import Numbers, Truths

CUTS = 12
HEADROOM = 1.6  # times the size that proves the limit without an error: there one error is forgiven


@dataclass(frozen=True)
class Cut:
    """What lies at or above a threshold: ``n`` labels, a share ``coverage`` of all, ``errors`` of them wrong."""

    threshold: float
    n: int
    errors: int
    bound: float
    coverage: float
    passed: bool


@dataclass(frozen=True)
class Found:
    """The loosest threshold that holds, None where none does, and every cut that was looked at.

    ``cuts`` also holds those behind the first failure, for a chart; none of them counts, whatever its bound.
    """

    threshold: float | None
    cuts: tuple[Cut, ...]

    @property
    def chosen(self) -> Cut | None:
        """The cut of the threshold."""
        return next((cut for cut in self.cuts if cut.threshold == self.threshold), None)


def smallest(limit: float, delta: float = 0.05) -> int:
    """How many labels the strictest cut must hold; with fewer in all there is no threshold."""
    return ceil(HEADROOM * bounds.labels_needed(limit, 0, delta))


def threshold(scores: Numbers, wrong: Truths, limit: float, delta: float = 0.05) -> Found:
    """The loosest score above which at most ``limit`` are wrong, proven by these labels."""
    ordered = np.sort(np.asarray(scores, dtype=float))[::-1]
    least = smallest(limit, delta)
    if len(ordered) < least:
        return Found(None, ())
    counts = np.unique(np.geomspace(least, len(ordered), CUTS).round().astype(int))
    return along(scores, wrong, ordered[counts - 1], limit, delta)


def along(
    scores: Numbers,
    wrong: Truths,
    thresholds: Iterable[float],
    limit: float,
    delta: float = 0.05,
) -> Found:
    """The same along thresholds fixed beforehand. Those with fewer labels above than `smallest` are passed over."""
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    falling = -np.asarray(scores, dtype=float)[order]
    errors = np.concatenate([[0], np.cumsum(np.asarray(wrong, dtype=bool)[order])])
    least, holds, cuts = smallest(limit, delta), True, []
    for level in sorted({float(level) for level in thresholds}, reverse=True):
        n = int(np.searchsorted(falling, -level, side="right"))
        if n < least:
            continue
        bound = bounds.upper(int(errors[n]), n, delta)
        holds = holds and bound <= limit
        cuts.append(Cut(level, n, int(errors[n]), bound, n / len(falling), holds))
    passed = [cut.threshold for cut in cuts if cut.passed]
    return Found(passed[-1] if passed else None, tuple(cuts))
