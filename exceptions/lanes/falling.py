"""Down by itself, at once, and with a case: somebody owns the question why."""

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import wording
from approvals.actors import Actor
from approvals.lanes import ladder, lowering
from approvals.models import Lane, Proposal, Stay
from approvals.models.lane import SHARE
from approvals.models.stay import Cause
from exceptions import opening

CODE = "lane.demoted"
MOST = 100


def fall(
    *, lane: Lane, cause: str, actor: Actor, now: datetime, evidence: dict[str, Any] | None = None,
    proposal: Proposal | None = None,
) -> Stay | None:  # fmt: skip
    """People sign everything again in this lane, and its case is open. None where they do already."""
    return fall_many(lanes=[lane], cause=cause, actor=actor, now=now, evidence=evidence, proposal=proposal)


def fall_many(
    *, lanes: list[Lane], cause: str, actor: Actor, now: datetime, evidence: dict[str, Any] | None = None,
    proposal: Proposal | None = None,
) -> Stay | None:  # fmt: skip
    """The same for several at once. Returns the last stay that began."""
    with transaction.atomic():
        fallen = []
        for lane in lanes:
            was, told = lane.stage, evidence or {}
            stay = lowering.fall(lane=lane, cause=cause, evidence=told, actor=actor, now=now)
            if stay is not None:
                fallen.append((stay, _failure(lane, was, stay, cause, proposal)))
        if fallen:
            opening.open_many(failures=[failure for _, failure in fallen], actor=actor, now=now)
        return fallen[-1][0] if fallen else None


def of_tool(*, workspace_id: int, tool: str, cause: str, actor: Actor, now: datetime) -> Stay | None:
    """Every lane of a tool in which something passes by itself, as when the tool was cut off."""
    lanes = Lane.objects.filter(workspace=workspace_id, tool=tool, stage__in=list(SHARE))
    rows = list(lanes.select_related("agent", "workspace").order_by("pk")[:MOST])
    return fall_many(lanes=rows, cause=cause, actor=actor, now=now)


def _failure(lane: Lane, was: str, stay: Stay, cause: str, proposal: Proposal | None) -> opening.Failure:
    return opening.Failure(
        workspace=lane.workspace, code=CODE, proposal=proposal, connector=lane.tool.partition(".")[0],
        message=f"{lane.agent.name}, {wording.tool_title(lane.tool)}: {Cause(cause).label}", operation=lane.tool,
        facts={
            "subject": lane.agent.name, "lane": lane.pk, "from": ladder.words(was), "to": ladder.words(stay.stage),
            "cause": str(cause),
        },
    )  # fmt: skip
