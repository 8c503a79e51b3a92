"""Histograms that can be added together, with a known error: buckets whose bounds grow by the same factor.

After DDSketch (Masson, Rim and Lee 2019): bucket ``i`` holds what is above ``G ** (i - 1)`` and at most ``G ** i``
milliseconds, and stands for ``2 * G ** i / (G + 1)``. Any quantile is then at most `ERROR` off, however many hours are
merged. With eight buckets for every doubling that is 4.4 %.
"""

from collections.abc import Mapping
from math import ceil, log2

PER_DOUBLING = 8
G = 2 ** (1 / PER_DOUBLING)
ERROR = (G - 1) / (G + 1)


def bucket(ms: float) -> int:
    """The bucket of a length of time in milliseconds."""
    return ceil(log2(max(ms, 1)) * PER_DOUBLING - 1e-9)


def value(index: int) -> float:
    """What a bucket stands for, in milliseconds."""
    return 2 * G**index / (G + 1)


def quantile(counts: Mapping[str, int], share: float) -> float | None:
    """The quantile in milliseconds of a histogram by bucket; None of an empty one. ``share`` is 0.5 for the median."""
    total = sum(counts.values())
    if not total:
        return None
    rank, seen = share * (total - 1), 0
    for index in sorted(int(key) for key in counts):
        seen += counts[str(index)]
        if seen > rank:
            return value(index)
    return None
