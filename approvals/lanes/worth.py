"""What a calibrator was judged by: everything a page draws of it, as plain numbers. Pure."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from approvals.statistics import calibration
from approvals.statistics.sequence import Found


def figures(
    fitted_on: int, said: Sequence[float], proved: Sequence[float], wrong: Sequence[bool], told: Found
) -> dict[str, Any]:
    """Before is what the agent said, after what the calibrator made of it; both on labels it was not fitted on."""
    right = [not one for one in wrong]
    return {
        "fitted_on": fitted_on,
        "judged_on": len(right),
        "right": sum(right),
        "before": _scores(said, right),
        "after": _scores(proved, right),
        "cuts": [asdict(cut) | {"chosen": cut.threshold == told.threshold} for cut in told.cuts],
    }


def _scores(values: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    return {
        "brier": calibration.brier(values, right),
        "log_loss": calibration.log_loss(values, right),
        "ece": calibration.ece(values, right),
        "bins": [asdict(one) for one in calibration.reliability(values, right)],
    }
