"""Steps of one run, a page at a time in the order of the clock they were told with, however many there are."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from runs.models import Run, Step


def after(run: Run, last: UUID | None, most: int) -> list[Step]:
    """Up to ``most`` steps behind that one, or the first."""
    rows = run.steps.order_by("started_at", "id")
    found = run.steps.filter(pk=last).values_list("started_at", flat=True).first() if last else None
    return list((behind(rows, found, last) if found and last else rows)[:most])


def behind(rows: QuerySet[Step], at: datetime, last: UUID) -> QuerySet[Step]:
    """Those that stand behind that place. The first condition is what the index begins with."""
    return rows.filter(started_at__gte=at).filter(Q(started_at__gt=at) | Q(pk__gt=last))
