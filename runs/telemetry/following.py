"""Telling traces behind the record: the ledger is followed from where it was left, and what ended is told as spans.

Nothing that people or agents wait for waits for a collector. The place moves when the collector has taken everything;
until then the same is told again later, under the same ids.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from approvals.models import LedgerEntry, Proposal, Workspace
from approvals.sealing import horizon
from runs.models import Execution, Run, Traced, TraceMark
from runs.telemetry import names, of_proposals, of_runs, otlp
from runs.telemetry.spans import Span

PAGE = 500
PAGES = 20  # in one go
LEASE, PAUSE = timedelta(seconds=120), timedelta(seconds=60)
PUT = (
    "proposal.ruled", "proposal.approved", "proposal.rejected", "proposal.expired", "proposal.withdrawn",
    "proposal.superseded", "proposal.dismissed", "proposal.handed_over",
)  # fmt: skip
DONE = (
    "execution.succeeded", "execution.failed", "execution.unknown", "execution.cancelled", "execution.settled",
)  # fmt: skip


class Stretch(NamedTuple):
    """Entries that are told together, and the place after them."""

    entries: list[LedgerEntry]
    upto: horizon.Place


def follow(*, now: datetime) -> int:
    """Tell what has ended since in every workspace. Returns how many spans arrived."""
    below = horizon.complete()
    return sum(_follow(workspace, below, now) for workspace in Workspace.objects.order_by("pk"))


def _follow(workspace: Workspace, below: int, now: datetime) -> int:
    mark = _lease(workspace, below, now)
    if mark is None:
        return 0
    place, arrived, rest = horizon.Place(mark.upto_transaction, mark.upto_id), 0, None
    for _ in range(PAGES):
        stretch = _read(workspace, place, below)
        if not stretch.entries:
            break
        found = list(_spans(stretch.entries))
        if found and not otlp.send(found):
            rest = now + PAUSE
            break
        place, arrived = stretch.upto, arrived + len(found)
        _remember(stretch.entries, now)
    TraceMark.objects.filter(pk=mark.pk, leased_until=mark.leased_until).update(
        upto_transaction=place.transaction, upto_id=place.id, leased_until=rest
    )
    return arrived


def _lease(workspace: Workspace, below: int, now: datetime) -> TraceMark | None:
    """The mark, where nobody else is telling. What happened before traces were switched on is not told."""
    with transaction.atomic():
        made = TraceMark.objects.filter(pk=workspace.pk).first()
        if made is None:
            last = _entries(workspace, below).order_by("-transaction", "-id").first()
            place = {"upto_transaction": last.transaction, "upto_id": last.id} if last else {}
            TraceMark.objects.get_or_create(workspace=workspace, defaults=place)
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        if not TraceMark.objects.filter(free, pk=workspace.pk).update(leased_until=now + LEASE):
            return None
        return TraceMark.objects.get(pk=workspace.pk)


def _entries(workspace: Workspace, below: int) -> Any:
    return LedgerEntry.objects.filter(workspace=workspace, transaction__lt=below)


def _read(workspace: Workspace, place: horizon.Place, below: int) -> Stretch:
    after = Q(transaction__gt=place.transaction) | Q(transaction=place.transaction, id__gt=place.id)
    rows = _entries(workspace, below).filter(after, transaction__gte=place.transaction)
    found = list(rows.order_by("transaction", "id")[:PAGE])
    return Stretch(found, horizon.Place(found[-1].transaction, found[-1].id) if found else place)


def _spans(entries: list[LedgerEntry]) -> Iterator[Span]:
    runs = [row.run for row in entries if row.kind == "run.finished" and row.run]
    put = [row.proposal for row in entries if row.kind in PUT and row.proposal]
    done = [row.execution for row in entries if row.kind in DONE and row.execution]
    yield from of_runs.spans(Run.objects.filter(pk__in=runs).select_related("agent", "workspace"))
    proposals = Proposal.objects.filter(pk__in=put, drill=False).exclude(state="pending")
    yield from of_proposals.spans(
        proposals.select_related("agent__workspace", "policy").prefetch_related("decisions")
    )
    writes = Execution.objects.filter(pk__in=done).select_related("proposal__agent__workspace")
    yield from of_proposals.writes(writes.prefetch_related("tries"))


def _remember(entries: list[LedgerEntry], now: datetime) -> None:
    runs = Run.objects.filter(pk__in=[row.run for row in entries if row.kind == "run.finished" and row.run])
    Traced.objects.bulk_create(
        [Traced(run=run, revision=names.REVISION, told_at=now) for run in runs], ignore_conflicts=True
    )
