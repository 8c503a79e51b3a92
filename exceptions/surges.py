"""What escalates by the hour: more fails in this one than the last seven days make likely.

Found by the tick, since that takes a look at a week; what is sudden is found with the failure itself, in `escalating`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncHour

from approvals import ledger, locks
from approvals.actors import Actor
from exceptions import escalating, forecast, rates
from exceptions.models import Case, Tally
from exceptions.models.case import State

HOUR = timedelta(hours=1)
MOST = 200  # cases of one look
NEVER = 10**9  # what has no limit yet: the quarter of an hour finds it


def find_due(*, now: datetime, actor: Actor) -> int:
    """Mark the cases that escalate by the hour, and call whoever is to hear of it. Returns how many."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    busy = _busy(hour, rates.quarter_of(now))
    limits = _limits(busy, hour)
    found = {pk: count for pk, count in busy.items() if count > limits[pk]}
    if not found:
        return 0
    with transaction.atomic():
        rows = locks.take(Case.objects, skip=True).filter(pk__in=found, escalating_at__isnull=True)
        rows = rows.exclude(state=State.RESOLVED).order_by("fingerprint")
        held = list(
            rows.select_related("owner", "failure_class__owner", "failure_class__backup", "workspace")
        )
        why: list[tuple[Case, dict[str, Any]]] = [
            (case, {"by": "hour", "count": found[case.pk], "limit": round(limits[case.pk])}) for case in held
        ]
        ledger.append_many(escalating.mark(why, actor, now))
    return len(held)


def _busy(hour: datetime, quarter: datetime) -> dict[UUID, int]:
    """What this hour brought the cases that are older than it, do not escalate, and still fail more than a little."""
    rows = Tally.objects.filter(
        starts_at__gte=hour, case__escalating_at__isnull=True, case__first_seen_at__lt=hour
    ).exclude(case__state=State.RESOLVED)
    counted = rows.values("case").annotate(
        many=Sum("failures"), lately=Sum("failures", filter=Q(starts_at=quarter))
    )
    few = F("case__failure_class__surge_least")
    return dict(counted.filter(lately__gte=few).order_by("-many").values_list("case", "many")[:MOST])


def _limits(cases: Collection[UUID], hour: datetime) -> dict[UUID, float]:
    """Of each case, for this hour. They rest on hours that are over, so each is worked out once."""
    keys = {pk: f"surge-{pk.hex}-{hour:%Y%m%d%H}" for pk in cases}
    known = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in known]
    if missing:
        fresh = {keys[pk]: limit for pk, limit in _worked_out(missing, hour)}
        cache.set_many(fresh, HOUR.total_seconds())
        known |= fresh
    return {pk: known[key] for pk, key in keys.items()}


def _worked_out(cases: Collection[UUID], hour: datetime) -> Iterable[tuple[UUID, float]]:
    since = hour - forecast.HOURS * HOUR
    rows = Tally.objects.filter(case__in=cases, starts_at__gte=since, starts_at__lt=hour)
    hourly = rows.annotate(hour=TruncHour("starts_at")).values("case", "hour").annotate(many=Sum("failures"))
    counts: dict[UUID, dict[datetime, int]] = {pk: {} for pk in cases}
    for pk, at, many in hourly.values_list("case", "hour", "many"):
        counts[pk][at] = many
    first = dict(Case.objects.filter(pk__in=cases).values_list("pk", "first_seen_at"))
    for pk, by_hour in counts.items():
        hours = [by_hour.get(hour - number * HOUR, 0) for number in range(1, forecast.HOURS + 1)]
        found = forecast.limit(hours, known=(hour - first[pk]) // HOUR, today=hour.hour)
        yield pk, NEVER if found is None else found
