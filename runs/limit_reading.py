"""Limits, read for people: how much is used now, how many wait, and what one execution waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Min

from approvals import limits, moments, wording
from approvals.models import Limit, Workspace
from runs import buckets
from runs.limits import as_bound
from runs.models import Bucket, Execution
from runs.models.execution import State


@dataclass(frozen=True)
class Use:
    """How much of a limit is used, in words and in percent, and the line before it."""

    text: str
    share: Decimal
    waiting: int = 0
    next_at: datetime | None = None

    @property
    def full(self) -> bool:
        return self.waiting > 0 or self.share >= 100


def of(rows: Sequence[Limit], workspace: Workspace, now: datetime) -> dict[int, Use]:
    """The use of each limit, by its id. Two queries however many there are."""
    zone = ZoneInfo(workspace.timezone)
    bounds = {limit.pk: as_bound(limit) for limit in rows}
    names = [bound.name for bound in bounds.values()]
    known = {row.name: row for row in Bucket.objects.filter(workspace=workspace, name__in=names)}
    lines = Execution.objects.filter(state=State.SCHEDULED, waits_for__in=names).values("waits_for")
    line = {row["waits_for"]: dict(row) for row in lines.annotate(many=Count("id"), next_at=Min("due_at"))}
    return {
        pk: _use(bound, known.get(bound.name), line.get(bound.name), now, zone)
        for pk, bound in bounds.items()
    }


def _use(bound: buckets.Bound, row: Bucket | None, line: dict | None, now: datetime, zone: ZoneInfo) -> Use:
    used = buckets.used_now(bound, row.used, row.counted_at, now, zone) if row else buckets.NOTHING
    most = bound.amount if bound.is_money else Decimal(bound.burst)
    share = min(used / most * 100, Decimal(100)).quantize(Decimal("0.01"))
    if bound.is_money:
        text = f"{wording.money(used.quantize(Decimal('0.01')), bound.currency)} used"
    else:
        free = max(int(most - used + buckets.HAIR), 0)
        text = f"{wording.counted(free, 'write')} may go now"
    waiting = line["many"] if line else 0
    return Use(text, share, waiting, line["next_at"] if line else None)


def waits(row: Execution, now: datetime) -> str:
    """ "Waits for the limit of 100 writes an hour until 14:05"; empty for what waits for none."""
    if row.state != State.SCHEDULED or not row.waits_for:
        return ""
    until = moments.near(row.due_at, now) if row.due_at > now else "a worker takes it up"
    return f"Waits for {_what(row)} until {until}"


def _what(row: Execution) -> str:
    found = Limit.objects.filter(workspace=row.workspace_id, retired_at__isnull=True)
    limit = next((limit for limit in found if as_bound(limit).name == row.waits_for), None)
    if limit is not None:
        foreign = limit.currency and row.proposal.currency not in ("", limit.currency)
        why = f", which counts {row.proposal.currency} as above it," if foreign else ""
        return f"the limit of {limits.words(limit)} for {limits.of_what(limit)}{why}"
    return "the limit in its tool’s policy" if ":policy:" in row.waits_for else "a limit that is changed now"
