"""Two samples, alike or not: for numbers the Kolmogorov–Smirnov distance, for kinds the population stability index."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import chdtrc, smirnov

from runs.models.drift import Level

FEWEST_BEFORE, FEWEST_OF_LATE = 100, 50
KINDS = 20  # the commonest are told apart, the rest are one
HALF = 0.5  # a kind that one side lacks counts as half a piece, so that its logarithm is a number


@dataclass(frozen=True)
class Distance:
    """``chance``: that two samples of one population lie so far apart or farther."""

    measure: str
    value: float
    chance: float

    @property
    def level(self) -> Level:
        """Far and surely far is an alarm; either alone is none. The usual marks: 0.1 and 0.25 (Siddiqi 2006) for the
        index, 0.1 and 0.2 for the distance.
        """
        watch, alarm = (0.1, 0.25) if self.measure == "psi" else (0.1, 0.2)
        if self.value >= alarm and self.chance < 0.001:
            return Level.ALARM
        return Level.WATCH if self.value >= watch and self.chance < 0.01 else Level.CALM


def enough(before: Sequence[object], of_late: Sequence[object]) -> bool:
    return len(before) >= FEWEST_BEFORE and len(of_late) >= FEWEST_OF_LATE


def of_numbers(before: Sequence[float], of_late: Sequence[float]) -> Distance:
    """The largest gap between the two distribution curves. Its chance is twice the one-sided one (Birnbaum & Tingey
    1951) for a sample of nm / (n + m): never too small, and exact where it is small enough to matter.
    """
    first, second, both = np.sort(before), np.sort(of_late), np.concatenate([before, of_late])
    shares = (np.searchsorted(side, both, side="right") / len(side) for side in (first, second))
    gap = float(np.abs(np.subtract(*shares)).max())
    pieces = round(len(first) * len(second) / (len(first) + len(second)))
    return Distance("ks", gap, min(float(2 * smirnov(pieces, gap)), 1.0))


def of_kinds(before: Sequence[str], of_late: Sequence[str]) -> Distance:
    """``Σ (q − p) ln(q / p)`` over kinds. Under no change, index × nm / (n + m) is about chi-square with kinds − 1
    degrees of freedom (Yurdakul 2018), which tells a small sample's noise from drift.
    """
    common = {kind for kind, _ in Counter(before).most_common(KINDS)}
    first, second = (Counter(kind if kind in common else "" for kind in side) for side in (before, of_late))
    kinds = [*common, ""] if first[""] or second[""] else list(common)
    index = 0.0
    for kind in kinds:
        p = max(first[kind], HALF) / len(before)
        q = max(second[kind], HALF) / len(of_late)
        index += (q - p) * log(q / p)
    scaled = index * len(before) * len(of_late) / (len(before) + len(of_late))
    return Distance("psi", index, float(chdtrc(max(len(kinds) - 1, 1), scaled)))
