"""What golden sets and drift do to lanes: where something passes by itself, people sign everything again."""

from datetime import datetime
from typing import Any

from approvals.actors import Actor
from approvals.models import Lane
from approvals.models.lane import SHARE
from exceptions.lanes import falling


def of_agent(
    *,
    workspace_id: int,
    name: str,
    cause: str,
    evidence: dict[str, Any],
    actor: Actor,
    now: datetime,
    tool: str = "",
) -> int:
    """Lower the lanes of this agent, or those of one of its tools, with a case. Returns how many there were."""
    lanes = Lane.objects.filter(workspace=workspace_id, agent__name=name, stage__in=list(SHARE))
    mine = lanes.filter(tool=tool) if tool else lanes
    rows = list(mine.select_related("agent", "workspace").order_by("pk")[: falling.MOST])
    falling.fall_many(lanes=rows, cause=cause, evidence=evidence, actor=actor, now=now)
    return len(rows)
