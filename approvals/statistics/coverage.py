"""How much would pass by itself, said before anyone waits months for labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from approvals.statistics import bounds, sequence
from approvals.statistics.columns import Numbers


@dataclass(frozen=True)
class Expected:
    """With ``labels`` labels, the mean share that would pass, and how often there would be a threshold at all."""

    labels: int
    coverage: float
    chance: float


def expected(
    scores: Numbers,
    rates: Numbers,
    labels: int,
    limit: float,
    *,
    delta: float = 0.05,
    draws: int = 200,
    seed: int = 1,
) -> Expected:
    """What so many random labels would buy, were each score wrong as often as its ``rates`` entry says.

    ``rates`` come from a calibrated curve: 1 less the chance of being right. Drawn ``draws`` times and averaged.
    """
    if not len(scores) or labels < sequence.smallest(limit, delta):
        return Expected(labels, 0.0, 0.0)
    said, off, chance = (
        np.asarray(scores, dtype=float),
        np.asarray(rates, dtype=float),
        np.random.default_rng(seed),
    )
    shares = []
    for _ in range(draws):
        drawn = chance.integers(len(said), size=labels)
        found = sequence.threshold(said[drawn], chance.random(labels) < off[drawn], limit, delta)
        shares.append(0.0 if found.threshold is None else float(np.mean(said >= found.threshold)))
    return Expected(labels, float(np.mean(shares)), float(np.mean(np.array(shares) > 0)))


@dataclass(frozen=True)
class Stratum:
    """A part of a lane that would pass or not as a whole: its ``share`` of all, and its true error ``rate``."""

    share: float
    rate: float


def by_stratum(
    strata: Mapping[str, Stratum], labels: int, limit: float, *, delta: float = 0.05
) -> dict[str, float]:
    """The expected share of all that passes, by stratum, each given its part of the labels and an equal part of delta.

    Dividing delta keeps the promise about all of them together (Bonferroni; Holm's order never buys less).
    """
    each = delta / max(1, len(strata))
    return {
        name: part.share * _chance(part.rate, round(labels * part.share), limit, each)
        for name, part in strata.items()
    }


def _chance(rate: float, n: int, limit: float, delta: float) -> float:
    allowed = -1
    while n and bounds.upper(allowed + 1, n, delta) <= limit:
        allowed += 1
    return bounds.chance_of_passing(rate, n, allowed) if allowed >= 0 else 0.0
