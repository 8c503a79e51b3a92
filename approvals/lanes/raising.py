"""Up: one rung at a time, by an admin, with a reason, and never while a criterion is not met."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals.actors import Actor
from approvals.lanes import criteria, ladder, moving
from approvals.lanes.criteria import Criterion
from approvals.lanes.lowering import NoReason
from approvals.models import Lane, Stay
from approvals.models.stay import Cause


class NotEarned(ValueError):
    """A criterion is not met. ``missing`` are those that are not."""

    def __init__(self, missing: Sequence[Criterion]):
        super().__init__(", ".join(one.key for one in missing))
        self.missing = list(missing)


class NotNext(ValueError):
    """Only the next rung can be climbed to."""


def raise_lane(
    *, lane: Lane, to: str, reason: str, by: int, actor: Actor, now: datetime, also: Sequence[Criterion] = ()
) -> Stay:
    """One rung up. ``also`` are criteria of floors above this one. What was measured is kept with the move.

    Raises `NotNext`, `NoReason`, `NotEarned`, `moving.StaleLane`.
    """
    if ladder.next_up(lane.stage) != to:
        raise NotNext(f"{to} does not follow {lane.stage}")
    if not reason.strip():
        raise NoReason(to)
    with transaction.atomic():
        told = [*criteria.of(lane, now), *also]
        if missing := [one for one in told if not one.met]:
            raise NotEarned(missing)
        evidence = {"criteria": [one.as_json() for one in told], "threshold": str(lane.threshold or "")}
        why = moving.Why(Cause.EARNED, reason, by, met=True, evidence=evidence)
        return moving.move(lane=lane, to=to, why=why, actor=actor, now=now, carry=True)
