"""Lanes looked after by the clock: confidence is measured anew, and a shift is noticed. Each lane once an hour."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from approvals.actors import Actor
from approvals.lanes import calibrating, ladder, shifting
from approvals.models import Lane
from approvals.models.stay import Cause
from exceptions.lanes import falling

AGAIN = timedelta(hours=1)
AT_A_TICK = 5


def look_due(*, actor: Actor, now: datetime) -> int:
    """Look at the lanes whose hour has come. Returns how many were measured anew or fell."""
    due = Lane.objects.filter(Q(look_at__isnull=True) | Q(look_at__lte=now)).select_related(
        "agent", "workspace", "calibrator"
    )
    found = 0
    for lane in due.order_by(F("look_at").asc(nulls_first=True))[:AT_A_TICK]:
        seen = Lane.objects.filter(pk=lane.pk, look_at=lane.look_at)
        if seen.update(look_at=now + AGAIN):  # of several workers one looks
            found += _look(lane, actor, now)
    return found


def _look(lane: Lane, actor: Actor, now: datetime) -> int:
    if not ladder.passes(lane.stage):
        return int(calibrating.refit(lane=lane, actor=actor, now=now) is not None)
    told = shifting.shift(lane)
    if told is None:
        return 0
    falling.fall(lane=lane, cause=Cause.DRIFT, evidence=told, actor=actor, now=now)
    return 1
