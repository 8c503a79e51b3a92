"""Whether proposals are still like those the threshold was earned by: far more, or far fewer, that reach it warn.

An agent that begins to overstate itself, or sees other work than before, shows here before any label does. Looked at is
what the threshold decides about, as when it was chosen: what every other gate lets pass.
"""

from decimal import Decimal
from typing import Any

from approvals.lanes import cuts, labels, ladder, moving
from approvals.models import Lane, Proposal
from approvals.statistics import bounds

LATEST = 200
FEWEST = 50
CLEARLY = 0.0005  # the chance of such a share by luck, at each look
MORE = 1.25  # times the expected share, or its inverse, and two in a hundred beyond
SPARE = 0.02


def shift(lane: Lane) -> dict[str, Any] | None:
    """What was expected and what came, where that is clearly another share; None where it is not, or none may pass."""
    if lane.threshold is None or lane.calibrator is None or not ladder.passes(lane.stage):
        return None
    chosen = cuts.in_force(lane)
    if chosen is None:
        return None
    values = _values(lane)
    if len(values) < FEWEST:
        return None
    reach = sum(value is not None and value >= lane.threshold for value in values)
    expected, n = chosen["coverage"], len(values)
    more = bounds.lower(reach, n, CLEARLY) > min(MORE * expected + SPARE, 1.0)
    fewer = bounds.upper(reach, n, CLEARLY) < expected / MORE - SPARE
    if not (more or fewer):
        return None
    return {"expected": round(expected, 3), "reached": reach, "of": n}


def _values(lane: Lane) -> list[Decimal | None]:
    """Of the latest that came in, those of this stay under the calibrator in force; nothing older is looked through."""
    names = ("confidence_calibrated", "calibrator", "drill", "created_at", "rulings")
    latest = Proposal.objects.filter(lane=lane).order_by("-id").values_list(*names)[:LATEST]
    since = moving.current(lane).entered_at
    return [
        value for value, calibrator, drill, at, rulings in latest
        if calibrator == lane.calibrator_id and not drill and at >= since and labels.others_allow(rulings)
    ]  # fmt: skip
