"""Another limit of errors, and what follows from it at once: a lane that has made too many for it falls."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals.actors import Actor
from approvals.lanes import promising, watch
from approvals.models import Lane, LanePromise
from approvals.models.stay import Cause
from exceptions.lanes import falling


def limit(
    *, lane: Lane, epsilon: Decimal, seen: Decimal, reason: str, by: int, actor: Actor, now: datetime
) -> LanePromise:
    """As `promising.promise`, with its errors."""
    with transaction.atomic():
        made = promising.promise(
            lane=lane, epsilon=epsilon, seen=seen, reason=reason, by=by, actor=actor, now=now
        )
        if cause := watch.alarm(lane=lane):
            falling.fall(
                lane=lane, cause=Cause(cause), actor=actor, now=now, evidence={"limit": str(epsilon)}
            )
    return made
