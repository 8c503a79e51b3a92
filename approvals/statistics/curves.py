"""The two curves a calibrator is made of, as the few numbers that draw them."""

from math import log, log1p

import numpy as np
import scipy  # which loads what fits curves once it is asked for: few processes ever do

from approvals.statistics.columns import Numbers, Truths

EDGE = 1e-4  # a score is held this far from nought and one: certainty has no log odds
DIGITS = 6


def odds(score: float) -> float:
    """The log odds of a score."""
    inside = min(max(score, EDGE), 1 - EDGE)
    return log(inside) - log1p(-inside)


def platt(scores: Numbers, right: Truths) -> tuple[float, ...]:
    """Slope and shift of the logistic curve over log odds; the slope is never below nought."""
    said, hits = np.array([odds(float(score)) for score in scores]), np.asarray(right, dtype=bool)
    goal = np.where(hits, (hits.sum() + 1) / (hits.sum() + 2), 1 / ((~hits).sum() + 2))

    def loss(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        line = numbers[0] * said + numbers[1]
        off = 1 / (1 + np.exp(-line)) - goal
        return float(np.sum(np.logaddexp(0, line) - goal * line)), np.array([off @ said, off.sum()])

    best = scipy.optimize.minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0, 50), (-50, 50)]
    )
    return tuple(round(float(number), DIGITS) for number in best.x)


def isotonic(scores: Numbers, right: Truths) -> tuple[float, ...]:
    """Rising scores, then as many chances. Only the ends of each level stretch are kept: between them it is level."""
    levels, where, counts = np.unique(
        np.asarray(scores, dtype=float), return_inverse=True, return_counts=True
    )
    shares = np.bincount(where, weights=np.asarray(right, dtype=float)) / counts
    fitted = scipy.optimize.isotonic_regression(shares, weights=counts, increasing=True)
    kept = np.unique(np.concatenate([fitted.blocks[:-1], fitted.blocks[1:] - 1]))
    return tuple(round(float(n), DIGITS) for n in np.concatenate([levels[kept], fitted.x[kept]]))
