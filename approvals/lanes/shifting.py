"""Whether proposals are still like those the threshold was earned by: far more that reach it is a warning.

An agent that begins to overstate itself, or sees other work than before, shows here before any label does.
"""

from decimal import Decimal
from typing import Any

from approvals.lanes import ladder, moving
from approvals.models import Lane, Proposal
from approvals.statistics import bounds

LATEST = 200
FEWEST = 50
CLEARLY = 0.0005  # the chance of such a share by luck, at each look
MORE = 1.25  # times the expected share, and two in a hundred on top


def shift(lane: Lane) -> dict[str, Any] | None:
    """What was expected and what came, where it is clearly more; None where all is as usual, or nothing passes."""
    if lane.threshold is None or lane.calibrator is None or not ladder.passes(lane.stage):
        return None
    chosen = next((cut for cut in lane.calibrator.figures.get("cuts", []) if cut["chosen"]), None)
    if chosen is None:
        return None
    values = _values(lane)
    if len(values) < FEWEST:
        return None
    reach = sum(value is not None and value >= lane.threshold for value in values)
    expected = chosen["coverage"]
    if bounds.lower(reach, len(values), CLEARLY) <= min(MORE * expected + 0.02, 1.0):
        return None
    return {"expected": round(expected, 3), "reached": reach, "of": len(values)}


def _values(lane: Lane) -> list[Decimal | None]:
    """Of the latest that came in, those of this stay under the calibrator in force; nothing older is looked through."""
    names = ("confidence_calibrated", "calibrator", "drill", "created_at")
    latest = Proposal.objects.filter(lane=lane).order_by("-id").values_list(*names)[:LATEST]
    since = moving.current(lane).entered_at
    return [
        value for value, calibrator, drill, at in latest
        if calibrator == lane.calibrator_id and not drill and at >= since
    ]  # fmt: skip
