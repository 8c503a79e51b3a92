"""Limits at the last moment: what may be begun takes its share of every limit that touches it, what may not waits.

Counting happens in PostgreSQL, under the locks of the buckets, in the transaction that begins the writes: any number of
workers together never go beyond a limit, and a worker that dies has taken nothing. Two statements for a batch, however
large; none where the workspace has no limits.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from approvals import limits as setting
from approvals import prepared
from approvals.models import Limit, Policy, Workspace
from approvals.models.limit import Measure
from runs import buckets
from runs.buckets import Bound
from runs.models import Execution
from runs.models.execution import State

MOST_COUNTED = 10_000  # of those that stand in line already


@dataclass(frozen=True)
class Wait:
    """An execution that must wait: until when it need not be looked at, and for which bound."""

    execution: Execution
    until: datetime
    bound: Bound


@dataclass
class Full:
    """A bound at which something waits, in a period whose owner has not been told yet."""

    workspace: Workspace
    bound: Bound
    period: str


@dataclass
class Admission:
    """What may be begun now, what must wait, and which bounds somebody has to be told about."""

    go: list[Execution]
    wait: list[Wait] = field(default_factory=list)
    full: list[Full] = field(default_factory=list)
    counted: bool = False  # whether anything was taken from a bucket


@dataclass
class _Bucket:
    """A bucket under lock. ``line`` are those that wait for it elsewhere, ``ahead`` those this batch put before."""

    bound: Bound
    zone: ZoneInfo
    used: Decimal
    told: str
    line: int
    counted_at: datetime
    ahead: int = 0
    taken: Decimal = buckets.NOTHING


def bounds_of(row: Execution) -> list[Bound]:
    """What the write of an execution is held to, by the limits of its workspace and the policy of its tool."""
    agent = row.proposal.agent_id.hex
    found = [
        as_bound(limit)
        for limit in setting.in_force(row.workspace_id)
        if setting.touches(limit, tool=row.tool, agent=agent)
    ]
    for policy in setting.policies_that_limit(row.workspace_id):
        if policy.tool == row.tool:
            found += _of_policy(policy, agent)
    return found


def as_bound(limit: Limit) -> Bound:
    """A limit as it is counted."""
    name = ":".join(
        [str(limit.workspace_id), limit.scope, limit.key, limit.measure, limit.per, limit.currency]
    )
    return Bound(name, limit.measure, limit.per, limit.amount, limit.burst or 0, limit.currency, limit.pk)


def _of_policy(policy: Policy, agent: str) -> list[Bound]:
    """The stricter of then and now: proposals met these terms at the door, and meet those of now once more."""
    found = []
    if policy.rate_per_hour is not None:
        name, rate = f"{policy.workspace_id}:policy:{agent}/{policy.tool}", policy.rate_per_hour
        found.append(Bound(name, Measure.WRITES, "hour", Decimal(rate), rate))
    if policy.spend_per_day is not None:
        name = f"{policy.workspace_id}:policy:{policy.tool}:{policy.currency}"
        found.append(
            Bound(name, Measure.MONEY, "day", policy.spend_per_day, 0, policy.currency, two_may=True)
        )
    return found


def admit(rows: Sequence[Execution], now: datetime) -> Admission:
    """Take what the rows need from every bucket, in the caller's transaction. Those that find one full take nothing."""
    held = {row.id: bounds for row in rows if (bounds := bounds_of(row))}
    if not held:
        return Admission(list(rows))
    wanted = {bound.name: (row, bound) for row in rows for bound in held.get(row.id, ())}
    locked = _lock(wanted, [row.id for row in rows], now)
    admission = Admission([], counted=True)
    for row in rows:
        waits = _try(row, [locked[bound.name] for bound in held.get(row.id, ())], now)
        if waits:
            admission.wait.append(waits)
        else:
            admission.go.append(row)
    _tell(admission, wanted, locked, now)
    _keep(locked.values(), now)
    return admission


def _try(row: Execution, mine: list[_Bucket], now: datetime) -> Wait | None:
    """Take from every bucket, or from none and stand in the line of the one that keeps it longest."""
    waits = []
    for bucket in mine:
        need = _need(bucket.bound, row)
        if need is None or not _may(bucket, row, need):
            bucket.ahead += 1
            place = bucket.ahead + (0 if row.waits_for == bucket.bound.name else bucket.line)
            waits.append(
                Wait(row, buckets.fits_at(bucket.bound, bucket.used, place, now, bucket.zone), bucket.bound)
            )
    if waits:
        return max(waits, key=lambda wait: wait.until)
    for bucket in mine:
        need = _need(bucket.bound, row) or buckets.NOTHING
        bucket.used, bucket.taken = bucket.used + need, bucket.taken + need
    return None


def _may(bucket: _Bucket, row: Execution, need: Decimal) -> bool:
    """Whether there is room, and nobody who has stood in line for longer is passed over."""
    if bucket.bound.two_may and row.proposal.quorum > 1:
        return True
    if bucket.bound.is_money:
        return buckets.fits(bucket.bound, bucket.used, need)
    others = buckets.NOTHING if row.waits_for == bucket.bound.name else Decimal(bucket.line + bucket.ahead)
    return buckets.fits(bucket.bound, bucket.used, need + others)


def _need(bound: Bound, row: Execution) -> Decimal | None:
    """How much of the bound the write takes. None: its money is in another currency, and counts as above the limit."""
    if not bound.is_money:
        return Decimal(1)
    amount = row.proposal.amount
    if amount is None:
        return buckets.NOTHING
    if row.proposal.currency == bound.currency:
        return abs(amount)
    return buckets.NOTHING if bound.two_may and row.proposal.quorum > 1 else None


# Rows are locked in the order of their names, so that two workers never wait for each other in a circle.
_LOCK = """
INSERT INTO runs_bucket AS b (workspace_id, name, used, counted_at, case_period)
SELECT workspace_id, name, 0, %(now)s, ''
FROM unnest(%(workspaces)s::bigint[], %(names)s::text[]) AS wanted(workspace_id, name)
ORDER BY name
ON CONFLICT (workspace_id, name) DO UPDATE SET used = b.used
RETURNING b.name, b.used, b.counted_at, b.case_period, (
    SELECT count(*) FROM (
        SELECT 1 FROM runs_execution x WHERE x.waits_for = b.name AND x.waits_for <> '' AND x.state = 'scheduled'
          AND x.id <> ALL (%(rows)s::uuid[]) LIMIT %(most)s
    ) AS others)
"""


def _lock(wanted: dict[str, tuple[Execution, Bound]], rows: list[UUID], now: datetime) -> dict[str, _Bucket]:
    names = sorted(wanted)
    given: dict[str, Any] = {
        "now": now, "names": names, "workspaces": [wanted[name][0].workspace_id for name in names], "rows": rows,
        "most": MOST_COUNTED,
    }  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_LOCK, given)
        found = cursor.fetchall()
    locked = {}
    for name, used, counted_at, told, line in found:
        row, bound = wanted[name]
        zone = ZoneInfo(row.workspace.timezone)
        left = buckets.used_now(bound, used, counted_at, now, zone)
        locked[name] = _Bucket(
            bound, zone, left, told, line, max(counted_at, buckets.counted_at(bound, now, zone))
        )
    return locked


def _tell(
    admission: Admission,
    wanted: dict[str, tuple[Execution, Bound]],
    locked: dict[str, _Bucket],
    now: datetime,
) -> None:
    """Once for each bound and period somebody is told that it is full."""
    for name in {wait.bound.name for wait in admission.wait}:
        bucket = locked[name]
        period = buckets.period_of(bucket.bound.per, now, bucket.zone)
        if bucket.told != period:
            bucket.told = period
            admission.full.append(Full(wanted[name][0].workspace, bucket.bound, period))


_KEEP = """
UPDATE runs_bucket b SET used = kept.used, counted_at = kept.counted_at, case_period = kept.told
FROM jsonb_to_recordset(%s::jsonb) AS kept(name text, used numeric, counted_at timestamptz, told text)
WHERE b.name = kept.name
"""


def _keep(locked: Iterable[_Bucket], now: datetime) -> None:
    kept = [
        {"name": bucket.bound.name, "used": str(bucket.used), "told": bucket.told,
         "counted_at": bucket.counted_at.isoformat()}
        for bucket in locked
    ]  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_KEEP, [json.dumps(kept)])


_GIVE_BACK = """
UPDATE runs_bucket b SET used = greatest(b.used - back.amount, 0)
FROM jsonb_to_recordset(%s::jsonb) AS back(name text, amount numeric, since timestamptz)
WHERE b.name = back.name AND b.counted_at <= back.since
"""


def give_back(rows: Sequence[Execution], now: datetime) -> None:
    """Nothing was written, surely: money was not spent. The call itself was made, and stays counted as one.

    What was taken in a day or month that is over is not given back to the next one.
    """
    back: dict[str, Decimal] = defaultdict(Decimal)
    since: dict[str, datetime] = {}
    for row in rows:
        for bound in bounds_of(row):
            need = _need(bound, row)
            if bound.is_money and need:
                back[bound.name] += need
                since[bound.name] = row.started_at or now
    if back:
        told = [
            {"name": name, "amount": str(back[name]), "since": since[name].isoformat()}
            for name in sorted(back)
        ]
        with prepared.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [json.dumps(told)])


def wake_all(workspace_id: int, now: datetime) -> int:
    """What holds here was changed: whatever waits for any limit is looked at again now."""
    waiting = Execution.objects.filter(workspace=workspace_id, state=State.SCHEDULED).exclude(waits_for="")
    return waiting.filter(due_at__gt=now).update(due_at=now)


def wake(limit: Limit, now: datetime) -> int:
    """The limit was changed: whatever waits for it is looked at again now, in the order of its line."""
    waiting = Execution.objects.filter(state=State.SCHEDULED, waits_for=as_bound(limit).name)
    return waiting.filter(due_at__gt=now).update(due_at=now)
