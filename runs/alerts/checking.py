"""The tick looks at every threshold in force once a minute, whoever ticks and however many do."""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from approvals.actors import Actor
from runs.alerts import raising, readings
from runs.models import Threshold

EVERY = timedelta(minutes=1)
AT_A_TICK = 500
log = structlog.get_logger(__name__)


def check_due(*, actor: Actor, now: datetime) -> int:
    """Measure what is due, raise what is crossed, calm what is well again. Returns how many alarms moved."""
    due = Q(checked_at__isnull=True) | Q(checked_at__lte=now - EVERY)
    in_force = Threshold.objects.filter(due, retired_at__isnull=True).select_related("workspace")
    moved = 0
    for threshold in in_force.order_by("checked_at", "id")[:AT_A_TICK]:
        mine = Threshold.objects.filter(due, pk=threshold.pk, retired_at__isnull=True)
        if mine.update(checked_at=now):
            moved += _check(threshold, actor, now)
    return moved


def _check(threshold: Threshold, actor: Actor, now: datetime) -> bool:
    """One that cannot be measured is said in the log, and holds up no other."""
    try:
        seen = readings.take(threshold, now)
        if seen.alarming:
            return raising.raise_alarm(threshold=threshold, seen=seen, actor=actor, now=now)
        return seen.calm and raising.calm(threshold=threshold, actor=actor, now=now)
    except Exception:
        log.exception("threshold.not_checked", threshold=threshold.pk)
        return False
