"""A lane goes from one rung to another: one stay ends and another begins, or nothing happens."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Lane, Stay


class StaleLane(LookupError):
    """The lane moved since it was looked at. Look again."""


class SameStage(ValueError):
    """The lane stands at that stage already."""


@dataclass(frozen=True)
class Why:
    """What moved it: a cause, in a person's words where a person did it, and what was known at that moment."""

    cause: str
    reason: str = ""
    by: int | None = None
    met: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)


def current(lane: Lane, *, lock: bool = False) -> Stay:
    """The stay that is not over; every lane has one from its first moment."""
    rows = Stay.objects.filter(lane=lane, left_at__isnull=True)
    return (locks.take(rows) if lock else rows).get()


def move(
    *, lane: Lane, to: str, why: Why, actor: Actor, now: datetime, carry: bool = False, **lane_fields: Any
) -> Stay:
    """Close one stay and open the next, in the caller's transaction. ``carry`` takes the drift total along: a step up
    forgets no errors. Raises `StaleLane`.
    """
    locks.take(Lane.objects).get(pk=lane.pk)  # before its stay, as everywhere
    before = current(lane, lock=True)
    if before.stage != lane.stage:
        raise StaleLane(f"{lane} has left {lane.stage}")
    Stay.objects.filter(pk=before.pk, left_at__isnull=True).update(left_at=now)
    after = Stay.objects.create(
        lane=lane, stage=to, came_from=before.stage, cause=why.cause, reason=why.reason[:500], by_id=why.by,
        met=why.met, evidence=why.evidence, agent_version=lane.agent.version, entered_at=now,
        cusum=before.cusum if carry else 0.0,
    )  # fmt: skip
    if not Lane.objects.filter(pk=lane.pk, stage=before.stage).update(stage=to, **lane_fields):
        raise StaleLane(f"{lane} has left {before.stage}")
    ledger.append(
        workspace_id=lane.workspace_id, kind="lane.moved", actor=actor, at=now,
        data={"lane": lane.pk, "from": str(before.stage), "to": str(to), "cause": str(why.cause), "stay": after.pk},
    )  # fmt: skip
    lane.stage = str(to)
    for name, value in lane_fields.items():
        setattr(lane, name, value)
    return after
