"""Down: by a person at any time, by itself at once, and to the beginning with another version of the agent."""

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import locks
from approvals.actors import Actor
from approvals.lanes import ladder, moving
from approvals.models import Agent, Lane, Stay
from approvals.models.lane import Stage
from approvals.models.stay import Cause

MOST = 500


class NotDown(ValueError):
    """The stage is not below the one the lane stands at: upwards takes proof."""


class NoReason(ValueError):
    """Say why: it stands in the lane's history."""


def lower(
    *, lane: Lane, to: str, reason: str, by: int, actor: Actor, now: datetime, cause: str = Cause.PERSON
) -> Stay:
    """A person lowers it, with a reason and without any proof.

    Raises `moving.SameStage`, `moving.StaleLane`, `NotDown`, `NoReason`.
    """
    if lane.stage == to:
        raise moving.SameStage(to)
    if not ladder.may_fall(lane.stage, to):
        raise NotDown(f"{to} is not below {lane.stage}")
    if not reason.strip():
        raise NoReason(to)
    with transaction.atomic():
        why = moving.Why(cause, reason, by)
        return moving.move(lane=lane, to=to, why=why, actor=actor, now=now)


def fall(*, lane: Lane, cause: str, evidence: dict[str, Any], actor: Actor, now: datetime) -> Stay | None:
    """Something went wrong: people sign everything again, from this moment. None where they do already.

    What was found before counts no more for the next step up.
    """
    with transaction.atomic():
        row = locks.take(Lane.objects).select_related("agent").get(pk=lane.pk)
        if not ladder.passes(row.stage):
            return None
        why = moving.Why(cause, evidence=evidence)
        stay = moving.move(
            lane=row, to=Stage.ASSISTED, why=why, actor=actor, now=now, counts_from_at=now, threshold=None,
            calibrator=None,
        )  # fmt: skip
        lane.stage, lane.threshold, lane.calibrator = row.stage, None, None
        return stay


def begin_again(*, agent: Agent, actor: Actor, now: datetime) -> int:
    """Another version is another agent: its lanes begin again where the workspace says, and nothing counts that was
    found about the version before. A pause stays one. In the caller's transaction; returns how many.
    """
    to = agent.workspace.new_versions
    lanes = locks.take(Lane.objects).filter(agent=agent).order_by("pk")
    moved = 0
    for lane in lanes[:MOST]:
        lane.agent = agent
        stage = (
            to if ladder.trust(lane.stage) > ladder.trust(to) and lane.stage != Stage.PAUSED else lane.stage
        )
        moving.move(
            lane=lane, to=stage, why=moving.Why(Cause.VERSION), actor=actor, now=now, counts_from_at=now,
            threshold=None, calibrator=None,
        )  # fmt: skip
        moved += 1
    return moved
