"""What a limit holds back: postponed until there is room, on record, and in one case for each limit and period."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from approvals import ledger
from approvals import limits as setting
from approvals.actors import Actor
from approvals.models import Limit
from exceptions import cases, resolutions
from exceptions.models import Occurrence
from runs import buckets
from runs.execution.facts import entry
from runs.limits import Admission, Full, Wait

CODE = "dispatch.limit_reached"
AT_ONCE = 500

_HOLD = """
UPDATE runs_execution e
SET due_at = greatest(e.due_at, held.at), waits_for = held.name, claimed_by = NULL, leased_until = NULL
FROM unnest(%(ids)s::uuid[], %(epochs)s::int[], %(moments)s::timestamptz[], %(names)s::text[])
    AS held(id, epoch, at, name)
WHERE e.id = held.id AND e.lease_epoch = held.epoch AND e.claimed_by = %(worker)s AND e.state = 'scheduled'
RETURNING e.id
"""


def hold(*, admission: Admission, worker: int, actor: Actor, now: datetime) -> None:
    """Postpone what must wait and tell whoever owns the limit, in the transaction in which it was refused."""
    if not admission.wait:
        return
    held = _postpone(admission.wait, worker)
    fresh = [wait for wait in admission.wait if wait.execution.id in held and not wait.execution.waits_for]
    ledger.append_many(
        entry(wait.execution, "execution.held", actor, now, until=wait.until.isoformat(), **_named(wait))
        for wait in fresh
    )
    for full in sorted(admission.full, key=lambda full: full.bound.name):
        _open_case(full, actor, now)


def _postpone(waits: Sequence[Wait], worker: int) -> set[object]:
    told: dict[str, Any] = {
        "ids": [wait.execution.id for wait in waits],
        "epochs": [wait.execution.lease_epoch for wait in waits],
        "moments": [wait.until for wait in waits],
        "names": [wait.bound.name for wait in waits],
        "worker": worker,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, told)
        return {pk for (pk,) in cursor.fetchall()}


def _named(wait: Wait) -> dict[str, int]:
    return {"limit": wait.bound.limit} if wait.bound.limit is not None else {}


def _open_case(full: Full, actor: Actor, now: datetime) -> None:
    cases.open_case(
        workspace=full.workspace, code=CODE, message=_message(full), actor=actor, now=now,
        operation=f"{full.bound.name} {full.period}", facts={"bucket": full.bound.name, "period": full.period},
    )  # fmt: skip


# Nothing waits for the bucket any more: what was held went out, or was taken back. Or its hour, day or month is over:
# whoever still waits is told of in the case of the next one.
_OVER = """
SELECT o.id, o.facts ->> 'period', w.timezone,
  NOT EXISTS (SELECT FROM runs_execution e
              WHERE e.waits_for = o.facts ->> 'bucket' AND e.waits_for <> '' AND e.state = 'scheduled') AS none_waits
FROM exceptions_occurrence o JOIN exceptions_case c ON c.id = o.case_id
JOIN exceptions_failureclass f ON f.id = c.failure_class_id JOIN approvals_workspace w ON w.id = c.workspace_id
WHERE o.disposition = 'open' AND f.code = %s ORDER BY o.id LIMIT %s
"""


def settle_over(*, actor: Actor, now: datetime) -> int:
    """Cases of limits that are over settle themselves. Returns how many occurrences were settled."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [CODE, AT_ONCE])
        found = cursor.fetchall()
    over = [
        pk for pk, period, zone, none in found if none or buckets.is_over(period or "", now, ZoneInfo(zone))
    ]
    settled = 0
    for row in Occurrence.objects.filter(pk__in=over).order_by("id"):
        with suppress(resolutions.AlreadySettled):
            resolutions.settle_occurrence(
                occurrence=row, disposition="elsewhere", actor=actor, now=now, reason_code="passed"
            )
            settled += 1
    return settled


def _message(full: Full) -> str:
    limit = Limit.objects.filter(pk=full.bound.limit).first() if full.bound.limit is not None else None
    if limit is None:
        what = "spend of a day" if full.bound.is_money else "rate of an hour"
        return f"The {what} that a tool’s policy allows is reached. What is beyond it waits, and goes on by itself."
    where = setting.of_what(limit)
    return f"{setting.words(limit)} is reached, for {where}. What is beyond it waits, and goes on by itself."
