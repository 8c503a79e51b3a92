"""How good stated chances were. All three say nothing without their number of labels, so print it beside them."""

import numpy as np

from approvals.statistics.columns import Numbers, Truths

EDGE = 1e-6
BINS = 10


def brier(scores: Numbers, right: Truths) -> float:
    """The mean squared distance between chance and outcome: 0 is perfect, 0.25 is always saying one half."""
    return float(np.mean((np.asarray(scores, dtype=float) - np.asarray(right, dtype=float)) ** 2))


def log_loss(scores: Numbers, right: Truths) -> float:
    """The mean surprise in nats. A chance is held a millionth from nought and one, or one certain error is infinite."""
    chances = np.clip(np.asarray(scores, dtype=float), EDGE, 1 - EDGE)
    return float(-np.mean(np.log(np.where(np.asarray(right, dtype=bool), chances, 1 - chances))))


def ece(scores: Numbers, right: Truths, bins: int = BINS) -> float:
    """Expected calibration error over equal bins: the mean gap between what was said and what came, by weight.

    Biased upwards on small samples; `chance_ece` says by how much.
    """
    said, came = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    where = np.minimum((said * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(where, weights=came - said, minlength=bins)).sum() / len(said))


def chance_ece(scores: Numbers, draws: int = 400, seed: int = 1) -> tuple[float, float]:
    """What a perfectly calibrated agent with these scores would show: the mean, and the value 95 % stay below."""
    said = np.asarray(scores, dtype=float)
    chance = np.random.default_rng(seed)
    shown = np.array([ece(scores, chance.random(len(said)) < said) for _ in range(draws)])
    return float(shown.mean()), float(np.quantile(shown, 0.95))
