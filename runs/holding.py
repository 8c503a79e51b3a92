"""What a limit holds back: postponed until there is room, on record, and in one case for each limit and period."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from approvals import ledger
from approvals import limits as setting
from approvals.actors import Actor
from approvals.models import Limit
from exceptions import cases, passing
from runs import buckets
from runs.execution.facts import entry
from runs.limits import Admission, Full, Wait

CODE = "dispatch.limit_reached"

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


# Nothing waits for the bucket any more: what was held went out, or was taken back. Or its hour, day or month is over,
# by the clock of its workspace: whoever still waits is told of in the case of the next one. What must stay is passed
# over in the database, and keeps nobody waiting.
_OVER = """
WITH current AS (SELECT * FROM jsonb_to_recordset(%(current)s::jsonb) AS now (workspace bigint, periods text[]))
SELECT o.id
FROM current JOIN exceptions_case c ON c.workspace_id = current.workspace AND c.state <> 'resolved'
JOIN exceptions_failureclass f ON f.id = c.failure_class_id AND f.code = %(code)s
JOIN exceptions_occurrence o ON o.case_id = c.id AND o.disposition = 'open'
WHERE coalesce(o.facts ->> 'period', '') <> ALL (current.periods) OR NOT EXISTS (
    SELECT FROM runs_execution e
    WHERE e.waits_for = o.facts ->> 'bucket' AND e.waits_for <> '' AND e.state = 'scheduled')
ORDER BY o.id LIMIT %(most)s
"""


def settle_over(*, actor: Actor, now: datetime) -> int:
    """Cases of limits that are over settle themselves. Returns how many occurrences were settled."""
    return passing.settle_over(
        code=CODE, over=_OVER, actor=actor, now=now,
        current=lambda one: {"periods": ["", *buckets.current(now, ZoneInfo(one.timezone))]},
    )  # fmt: skip


def _message(full: Full) -> str:
    limit = Limit.objects.filter(pk=full.bound.limit).first() if full.bound.limit is not None else None
    if limit is None:
        what = "spend of a day" if full.bound.is_money else "rate of an hour"
        return f"The {what} that a tool’s policy allows is reached. What is beyond it waits, and goes on by itself."
    where = setting.of_what(limit)
    return f"{setting.words(limit)} is reached, for {where}. What is beyond it waits, and goes on by itself."
