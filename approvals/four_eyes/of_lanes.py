"""Lanes that rise, or may make more errors."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from approvals import wording
from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, line
from approvals.lanes import ladder, promising, raising
from approvals.lanes.criterion import Criterion, percent
from approvals.models import Lane, Workspace

LANE, LIMIT = "lane", "lane.limit"


def rising(*, lane: Lane, reason: str, told: Sequence[Criterion], also: Sequence[Criterion]) -> Draft | None:
    """The draft of a lane that shall stand a rung higher; ``told`` are all its criteria, ``also`` those that only the
    floors above can measure. None where it lets nothing more happen than before.
    """
    to = ladder.next_up(lane.stage)
    if to is None or ladder.trust(to) <= ladder.trust(lane.stage):
        return None
    title = _title(lane)
    lines = [
        line("Stage", ladder.words(to), ladder.words(lane.stage)),
        line("Why", reason),
        *(line(one.title, f"{one.measured} (needed: {one.needed})") for one in told),
    ]
    payload = {"lane": lane.pk, "stage": str(to), "reason": reason, "also": [one.as_json() for one in also]}
    return Draft(LANE, str(lane.pk), title, payload, str(lane.stage), lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> str | None:
    lanes = Lane.objects.filter(workspace=workspace, pk=payload["lane"])
    return lanes.values_list("stage", flat=True).first()


def raise_lane(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    """Every criterion of this floor is measured again, at the moment of the second signature."""
    lane = Lane.objects.select_related("agent", "workspace", "calibrator").get(
        workspace=workspace, pk=payload["lane"]
    )
    raising.raise_lane(
        lane=lane, to=payload["stage"], reason=payload["reason"], by=by, actor=actor, now=now,
        also=[Criterion(**one) for one in payload["also"]],
    )  # fmt: skip


def loosening(*, lane: Lane, epsilon: Decimal, reason: str) -> Draft | None:
    """The draft of a lane that may be wrong more often. Fewer errors need nobody else."""
    if epsilon <= lane.epsilon:
        return None
    after = promising.threshold_after(lane, epsilon)
    lines = [
        line("Errors among what passes by itself", *_most(epsilon, lane.epsilon)),
        line("Threshold now", f"{after or 'none'}", f"{lane.threshold or 'none'}"),
        line("Why", reason),
    ]
    payload = {"lane": lane.pk, "epsilon": str(epsilon), "seen": str(lane.epsilon), "reason": reason}
    return Draft(LIMIT, str(lane.pk), f"Limit of errors: {_title(lane)}", payload, str(lane.epsilon), lines)


def limit_standing(workspace: Workspace, payload: dict[str, Any]) -> str | None:
    lanes = Lane.objects.filter(workspace=workspace, pk=payload["lane"])
    found = lanes.values_list("epsilon", flat=True).first()
    return None if found is None else str(found)


def loosen(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    promising.promise(
        lane=Lane.objects.select_related("calibrator").get(workspace=workspace, pk=payload["lane"]),
        epsilon=Decimal(payload["epsilon"]), seen=Decimal(payload["seen"]), reason=payload["reason"], by=by,
        actor=actor, now=now,
    )  # fmt: skip


def _most(*shares: Decimal) -> list[str]:
    return [f"at most {percent(float(share))}" for share in shares]


def _title(lane: Lane) -> str:
    return f"Lane of {lane.agent.name} for “{wording.tool_title(lane.tool)}”, {lane.risk} risk"
