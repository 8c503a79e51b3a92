"""How many errors a lane may make at most: set by an admin, with a reason, within bounds, version by version.

A stricter limit holds at once, wherever the lane stands. A looser one never widens what passes by itself now: it counts
where people sign everything, for what may be earned from there. Errors are watched by the new limit from then on, those
of this stay over again; where that is an alarm, the floor above lets the lane fall (`exceptions.lanes.limiting`).
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.lanes import cuts, ladder, watch
from approvals.lanes.lowering import NoReason
from approvals.models import Lane, LanePromise

LEAST = Decimal("0.005")  # below it takes more labels than a team gives in a year
TIMES = 2  # at most so many times what its risk promises when it begins


class OutOfBounds(ValueError):
    """The limit is lower than anybody could prove, or higher than a lane of this risk may promise."""


class SamePromise(ValueError):
    """That is the lane's limit already."""


class ChangedMeanwhile(LookupError):
    """The lane's limit is not the one that was looked at."""


def most(risk: str) -> Decimal:
    """The highest limit a lane of this risk may have."""
    return TIMES * ladder.PROMISES[risk]


def threshold_after(lane: Lane, epsilon: Decimal) -> Decimal | None:
    """What the lane's threshold becomes with this limit; None: then nothing would pass."""
    found = cuts.threshold(lane.calibrator, epsilon, lane.delta)
    if not ladder.passes(lane.stage):
        return found
    if lane.threshold is None or epsilon >= lane.epsilon:
        return lane.threshold
    return None if found is None else max(found, lane.threshold)


def promise(
    *, lane: Lane, epsilon: Decimal, seen: Decimal, reason: str, by: int, actor: Actor, now: datetime
) -> LanePromise:
    """The lane may be wrong in at most this share from now on. ``seen`` is the limit that was on the screen.

    Raises `OutOfBounds`, `SamePromise`, `NoReason`, `ChangedMeanwhile`.
    """
    if not LEAST <= epsilon <= most(lane.risk):
        raise OutOfBounds(f"{LEAST} to {most(lane.risk)}")
    if epsilon == seen:
        raise SamePromise(str(seen))
    if not reason.strip():
        raise NoReason(str(epsilon))
    with transaction.atomic():
        rows = locks.take(Lane.objects).select_related("calibrator")
        row = rows.get(pk=lane.pk)
        threshold = threshold_after(row, epsilon)
        if not Lane.objects.filter(pk=lane.pk, epsilon=seen).update(epsilon=epsilon, threshold=threshold):
            raise ChangedMeanwhile(str(row.epsilon))
        made = LanePromise.objects.create(
            lane=lane, version=LanePromise.objects.filter(lane=lane).count() + 1, epsilon=epsilon, before=seen,
            threshold=threshold, reason=reason.strip()[:500], set_by_id=by, set_at=now,
        )  # fmt: skip
        watch.anew(lane=row, epsilon=epsilon)
        ledger.append(
            workspace_id=lane.workspace_id, kind="lane.promised", actor=actor, at=now,
            data={"lane": lane.pk, "from": str(seen), "to": str(epsilon), "version": made.version,
                  "threshold": str(threshold or "")},
        )  # fmt: skip
    lane.epsilon, lane.threshold = epsilon, threshold
    return made
