"""Leases: how long a worker may be silent before its executions are somebody else's, prolonged, and given up.

Every change names the worker and the epoch of its lease: whoever lost it changes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from approvals import prepared
from runs.models import Execution

LEASE = timedelta(seconds=60)
WORKER_LOCKS = 0x43534B45  # first key of the advisory locks that workers hold; the second is their number

_EXTEND = """
UPDATE runs_execution e SET leased_until = mine.at
FROM unnest(%(ids)s::uuid[], %(epochs)s::int[], %(moments)s::timestamptz[]) AS mine(id, epoch, at)
WHERE e.id = mine.id AND e.lease_epoch = mine.epoch AND e.claimed_by = %(worker)s
  AND e.state IN ('scheduled', 'started')
"""
_POSTPONE = """
UPDATE runs_execution e SET due_at = greatest(e.due_at, mine.at), claimed_by = NULL, leased_until = NULL
FROM unnest(%(ids)s::uuid[], %(epochs)s::int[], %(moments)s::timestamptz[]) AS mine(id, epoch, at)
WHERE e.id = mine.id AND e.lease_epoch = mine.epoch AND e.claimed_by = %(worker)s AND e.state = 'scheduled'
"""


def extend(*, executions: Sequence[Execution], worker: int, now: datetime) -> int:
    """The worker lives: another lease from now on for what it holds. Returns how many are still its own."""
    return _change(_EXTEND, ((row, now + LEASE) for row in executions), worker)


def hand_back(*, executions: Sequence[Execution], worker: int) -> int:
    """What was only claimed is anybody's again, at once."""
    return _change(_POSTPONE, ((row, row.due_at) for row in executions), worker)


def postpone(*, until: Iterable[tuple[Execution, datetime]], worker: int) -> int:
    """What was only claimed is looked at again later, each at its moment, under no lease."""
    return _change(_POSTPONE, until, worker)


def _change(query: str, moments: Iterable[tuple[Execution, datetime]], worker: int) -> int:
    pairs = list(moments)
    if not pairs:
        return 0
    told: dict[str, Any] = {
        "ids": [row.id for row, _ in pairs],
        "epochs": [row.lease_epoch for row, _ in pairs],
        "moments": [at for _, at in pairs],
        "worker": worker,
    }
    with prepared.cursor() as cursor:
        cursor.execute(query, told)
        return int(cursor.rowcount)
