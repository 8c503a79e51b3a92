"""Every lane of a workspace with its counts, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from approvals import prepared
from approvals.models import Lane, LaneAudit, Stay, Workspace

MOST = 200
LATEST = 1_000  # labels looked at in a lane; beyond that a list need not count

# Each lane walks the newest end of its own index.
_LABELS = """
SELECT l.id, told.n, told.wrong FROM approvals_lane l JOIN approvals_agent a ON a.id = l.agent_id
CROSS JOIN LATERAL (
    SELECT count(*) AS n, count(*) FILTER (WHERE wrong) AS wrong FROM (
        SELECT wrong FROM approvals_lanelabel
        WHERE lane_id = l.id AND region = 'reviewed' AND agent_version = a.version
          AND judged_at >= coalesce(l.counts_from_at, l.created_at)
        ORDER BY judged_at DESC LIMIT %s) AS latest) AS told
WHERE l.id = ANY (%s)
"""


@dataclass(frozen=True)
class Standing:
    """A lane, the stay it is in, and what has been found: ``labels`` and errors among what people were asked about,
    audits that wait and those whose time is up.
    """

    lane: Lane
    stay: Stay
    labels: int
    wrong: int
    waiting: int
    overdue: int


def of(workspace: Workspace, now: datetime) -> list[Standing]:
    """By agent, tool and risk; at most `MOST`."""
    rows = Lane.objects.filter(workspace=workspace).select_related("agent", "calibrator")
    lanes = list(rows.order_by("agent__name", "tool", "risk")[:MOST])
    stays = {stay.lane_id: stay for stay in Stay.objects.filter(lane__in=lanes, left_at__isnull=True)}
    labels, audits = _labels(lanes), _audits(lanes, now)
    return [
        Standing(lane, stays[lane.pk], *labels.get(lane.pk, (0, 0)), *audits.get(lane.pk, (0, 0)))
        for lane in lanes
    ]


def _labels(lanes: list[Lane]) -> dict[int, tuple[int, int]]:
    with prepared.cursor() as cursor:
        cursor.execute(_LABELS, [LATEST, [lane.pk for lane in lanes]])
        return {pk: (n, wrong) for pk, n, wrong in cursor.fetchall()}


def _audits(lanes: list[Lane], now: datetime) -> dict[int, tuple[int, int]]:
    rows: Any = (
        LaneAudit.objects.filter(lane__in=lanes, judged_at__isnull=True).order_by().values_list("lane")
    )
    told = rows.annotate(Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=now)))
    return {lane: (waiting, overdue) for lane, waiting, overdue in told}
