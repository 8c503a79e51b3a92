"""What a lane did before, newest first, with what was known each time."""

from typing import Any

from approvals.lanes import ladder
from approvals.models import Lane, Stay
from approvals.models.stay import Cause

SHOWN = 50


def read(lane: Lane) -> list[dict[str, Any]]:
    """A line for each stay."""
    rows = Stay.objects.filter(lane=lane).select_related("by").order_by("-id")[:SHOWN]
    return [_line(stay) for stay in rows]


def _line(stay: Stay) -> dict[str, Any]:
    return {
        "at": stay.entered_at,
        "left_at": stay.left_at,
        "to": ladder.words(stay.stage),
        "from": ladder.words(stay.came_from) if stay.came_from else "",
        "why": Cause(stay.cause).label,
        "down": bool(stay.came_from) and ladder.trust(stay.stage) < ladder.trust(stay.came_from),
        "by": stay.by.get_username() if stay.by else "",
        "reason": stay.reason,
        "version": stay.agent_version,
        "criteria": stay.evidence.get("criteria", []),
        "audited": stay.audited,
        "wrong": stay.wrong,
        "harms": stay.harms,
    }
