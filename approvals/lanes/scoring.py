"""What an agent's own confidence is worth in its lane: the number that routes, in place of the one it claims."""

import json
from decimal import Decimal
from functools import lru_cache

from approvals.models import Lane
from approvals.statistics import calibration

_STEP = Decimal("0.001")


def calibrated(lane: Lane, confidence: Decimal | None) -> Decimal | None:
    """The measured chance of being right at this confidence; None without a confidence, or a calibrator of the lane."""
    if confidence is None or lane.calibrator is None:
        return None
    return rounded(_curve(json.dumps(lane.calibrator.terms)).apply(float(confidence)))


def rounded(chance: float) -> Decimal:
    """To the thousandth, as it is kept and compared."""
    return Decimal(chance).quantize(_STEP)


@lru_cache(maxsize=256)
def _curve(terms: str) -> calibration.Calibrator:
    return calibration.Calibrator.from_json(json.loads(terms))
