"""The cuts a calibrator was judged by, held against a limit of errors. Pure.

They were laid along the scores before anybody looked at what was right, so that walking them again under another limit
is the same fixed sequence as in `approvals.statistics.sequence`: strictest first, and the first that fails ends it.
"""

from decimal import Decimal
from typing import Any

from approvals.lanes import scoring
from approvals.models import Calibrator, Lane
from approvals.statistics import sequence

Cut = dict[str, Any]


def under(told: Calibrator | None, epsilon: Decimal, delta: Decimal) -> list[Cut]:
    """Every cut with whether it ``passed``; the loosest that did is ``chosen``."""
    least, holds, walked = sequence.smallest(float(epsilon), float(delta)), True, []
    for cut in told.figures.get("cuts", []) if told is not None else []:
        enough = cut["n"] >= least
        holds = holds and (not enough or cut["bound"] <= float(epsilon))
        walked.append(cut | {"passed": holds and enough, "chosen": False})
    passed = [cut for cut in walked if cut["passed"]]
    if passed:
        passed[-1]["chosen"] = True
    return walked


def threshold(told: Calibrator | None, epsilon: Decimal, delta: Decimal) -> Decimal | None:
    """The least calibrated confidence that keeps the limit, by these cuts."""
    found = next((cut for cut in under(told, epsilon, delta) if cut["chosen"]), None)
    return scoring.rounded(found["threshold"]) if found else None


def in_force(lane: Lane) -> Cut | None:
    """The cut of the threshold that the lane has now."""
    return at(lane.calibrator, lane.threshold)


def at(told: Calibrator | None, threshold: Decimal | None) -> Cut | None:
    """The cut of a threshold."""
    every = told.figures.get("cuts", []) if told is not None and threshold is not None else []
    return next((cut for cut in every if scoring.rounded(cut["threshold"]) == threshold), None)
