"""Keeping the roll-ups current: each workspace's ledger is read on from where it was left, and every fact added once.

The place up to which it is counted moves in the transaction that adds, so whatever dies in between has changed nothing.
Entries are read in the order in which they became visible (`approvals.sealing.horizon`), so one that commits late is
counted late and never missed, in the hour it belongs to.
"""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from approvals import locks
from approvals.models import Workspace
from approvals.sealing import horizon
from runs.figures import histograms
from runs.models import Figure, FigureMark

BATCH = 5_000
AT_A_TICK = 20  # batches
LONGEST = 5.0  # seconds

_DUE = """
SELECT w.id FROM approvals_workspace w LEFT JOIN runs_figuremark m ON m.workspace_id = w.id
CROSS JOIN LATERAL (SELECT transaction FROM approvals_ledgerentry WHERE workspace_id = w.id
  AND (transaction, id) > (coalesce(m.upto_transaction, 0), coalesce(m.upto_id, 0))
  ORDER BY transaction, id LIMIT 1) next
WHERE next.transaction < %s OR m.timezone <> w.timezone ORDER BY w.id
"""
_ADD = (Path(__file__).parent / "fold.sql").read_text(encoding="utf-8")


def fold_due(*, batches: int = AT_A_TICK) -> int:
    """Count what is new in every workspace, for a few seconds at most. Returns how many entries were read."""
    below, until, read = horizon.complete(), time.monotonic() + LONGEST, 0
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [below])
        due = [pk for (pk,) in cursor.fetchall()]
    for workspace in due:
        for _ in range(batches):
            found = fold(workspace=workspace, below=below)
            read += found
            if found < BATCH or time.monotonic() > until:
                break
    return read


def fold(*, workspace: int, below: int) -> int:
    """Add one batch of a workspace's entries, unless somebody else is just doing so. Returns how many were read."""
    with transaction.atomic():
        zone = Workspace.objects.values_list("timezone", flat=True).get(pk=workspace)
        FigureMark.objects.get_or_create(workspace_id=workspace, defaults={"timezone": zone})
        mark = locks.take(FigureMark.objects, skip=True).filter(pk=workspace).first()
        if mark is None:
            return 0
        if mark.timezone != zone:
            _begin_again(mark, zone)
        told: dict[str, Any] = {"workspace": workspace, "zone": zone, "below": below, "limit": BATCH,
                "transaction": mark.upto_transaction, "id": mark.upto_id, "per": histograms.PER_DOUBLING}  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_ADD, told)
            found: tuple[int, int, datetime, int] | None = cursor.fetchone()
        if found is None:
            return 0
        mark.upto_transaction, mark.upto_id, latest, read = found
        mark.counted_at = max(latest, mark.counted_at or latest)
        mark.save()
    return read


def begin_again(*, workspace: int) -> None:
    """Forget every figure of a workspace: the next fold counts its ledger from the beginning."""
    with transaction.atomic():
        mark = locks.take(FigureMark.objects).filter(pk=workspace).first()
        if mark is not None:
            _begin_again(mark, mark.timezone)


def _begin_again(mark: FigureMark, zone: str) -> None:
    """Days begin at another moment where the clock is another, so all of them are cut anew."""
    Figure.objects.filter(workspace=mark.workspace_id).delete()
    mark.upto_transaction, mark.upto_id, mark.timezone, mark.counted_at = 0, 0, zone, None
    mark.save()
