"""What an agent's number has meant so far: its score turned into a measured chance of being right.

Fitted on one period and judged on the next, never on the same. Below a thousand labels a logistic curve of two
parameters (Platt 1999, on the score's log odds, with his smoothed targets); from there on isotonic regression. Neither
ever ranks a higher score below a lower one; an agent whose score says nothing gets one number for all.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from math import exp
from typing import Any

import numpy as np

from approvals.statistics import curves
from approvals.statistics.columns import Numbers, Truths
from approvals.statistics.reliability import Bin, reliability
from approvals.statistics.scoring import brier, chance_ece, ece, log_loss

__all__ = [
    "Bin", "Calibrator", "TooFewLabels", "brier", "chance_ece", "ece", "fit", "log_loss", "reliability",
]  # fmt: skip

FEWEST = 30
ENOUGH_FOR_ISOTONIC = 1_000


class TooFewLabels(ValueError):
    """Fewer labels than any curve can be drawn through."""


@dataclass(frozen=True)
class Calibrator:
    """A fitted curve. ``method`` is "platt" (``numbers`` are slope and shift) or "isotonic" (``numbers`` are scores,
    rising, and then as many chances).
    """

    method: str
    numbers: tuple[float, ...]
    n: int

    def apply(self, score: float) -> float:
        """The measured chance of being right at this score."""
        if self.method == "platt":
            slope, shift = self.numbers
            return 1 / (1 + exp(-(slope * curves.odds(score) + shift)))
        half = len(self.numbers) // 2
        return float(np.interp(score, self.numbers[:half], self.numbers[half:]))

    def to_json(self) -> dict[str, Any]:
        """A value for a JSON column."""
        return asdict(self) | {"numbers": list(self.numbers)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Calibrator":
        return cls(stored["method"], tuple(stored["numbers"]), stored["n"])

    @property
    def digest(self) -> str:
        """The version: the same curve has the same digest."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()


def fit(scores: Numbers, right: Truths) -> Calibrator:
    """The curve of these labels. Raises `TooFewLabels` below thirty."""
    if len(scores) < FEWEST:
        raise TooFewLabels(f"{len(scores)} labels, {FEWEST} needed")
    if len(scores) < ENOUGH_FOR_ISOTONIC:
        return Calibrator("platt", curves.platt(scores, right), len(scores))
    return Calibrator("isotonic", curves.isotonic(scores, right), len(scores))
