"""What was usual before and what is of late, kept beside a distance so that a person can picture it."""

from collections import Counter
from collections.abc import Sequence
from math import expm1
from statistics import median
from typing import Any

NAMED, LONGEST = 3, 60


def of_logarithms(before: Sequence[float], of_late: Sequence[float]) -> dict[str, Any]:
    """The medians, back from ``log1p``: ``{"before": 420.0, "of_late": 1900.0}``."""
    return {"before": round(expm1(median(before)), 2), "of_late": round(expm1(median(of_late)), 2)}


def of_shares(before: Sequence[float], of_late: Sequence[float]) -> dict[str, Any]:
    """The medians of what lies between 0 and 1."""
    return {"before": round(median(before), 3), "of_late": round(median(of_late), 3)}


def of_kinds(before: Sequence[str], of_late: Sequence[str]) -> dict[str, Any]:
    """Those whose share has moved the most, with both shares in percent: ``{"kinds": [["Ada", 2, 31]]}``."""
    first, second = Counter(before), Counter(of_late)
    shares = {kind: (first[kind] / len(before), second[kind] / len(of_late)) for kind in first | second}
    most = sorted(shares, key=lambda kind: (-abs(shares[kind][1] - shares[kind][0]), kind))[:NAMED]
    return {"kinds": [[kind[:LONGEST], *(round(100 * share) for share in shares[kind])] for kind in most]}
