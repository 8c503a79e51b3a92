"""What became of attempts, written down as they come back: successes together, each failure by itself."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from approvals import ledger, tools
from approvals.actors import Actor
from runs import dispatch, limits, reversal
from runs.execution import retrying
from runs.execution.facts import Outcome, entry, open_case
from runs.models import Attempt, Execution
from runs.models.execution import State


def record(
    *,
    outcomes: Sequence[Outcome],
    worker: int,
    actor: Actor,
    now: datetime,
    chance: Random = retrying.CHANCE,
) -> int:
    """Write down what became of attempts. A worker that lost its lease changes nothing. Returns how many were kept."""
    succeeded = [outcome for outcome in outcomes if outcome.state == State.SUCCEEDED]
    others = [outcome for outcome in outcomes if outcome.state != State.SUCCEEDED]
    kept = 0
    if succeeded:
        with transaction.atomic():
            kept += _record_successes(succeeded, worker, actor, now)
    tries = retrying.tries(others) if others else {}
    for outcome in others:
        with transaction.atomic():
            kept += _record_failure(outcome, tries, worker, actor, now, chance)
    failed = [outcome.execution for outcome in others if outcome.state == State.FAILED]
    limits.give_back([row for row in failed if row.state != State.STARTED], now)  # it was ours to say
    return kept


_SUCCEED = """
WITH done AS (
    UPDATE runs_execution e
    SET state = 'succeeded', finished_at = %(now)s, receipt = o.receipt, after = o.after, failure_class = '', error = ''
    FROM jsonb_to_recordset(%(outcomes)s::jsonb) AS o(id uuid, epoch int, receipt jsonb, after jsonb)
    WHERE e.id = o.id AND e.lease_epoch = o.epoch AND e.claimed_by = %(worker)s AND e.state = 'started'
    RETURNING e.id
), closed AS (
    UPDATE runs_attempt t SET finished_at = %(now)s, outcome = 'succeeded'
    FROM done WHERE t.execution_id = done.id AND t.finished_at IS NULL
)
SELECT id FROM done
"""


def _record_successes(outcomes: Sequence[Outcome], worker: int, actor: Actor, now: datetime) -> int:
    told = [
        {
            "id": str(outcome.execution.id),
            "epoch": outcome.execution.lease_epoch,
            "receipt": outcome.receipt,
            "after": outcome.after or {},
        }
        for outcome in outcomes
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SUCCEED, {"now": now, "worker": worker, "outcomes": json.dumps(told)})
        kept = {pk for (pk,) in cursor.fetchall()}
    ours = [outcome for outcome in outcomes if outcome.execution.id in kept]
    ledger.append_many(
        entry(outcome.execution, "execution.succeeded", actor, now, reference=_code(outcome.receipt))
        for outcome in ours
    )
    reversal.tell_signers(done=[outcome.execution for outcome in ours], now=now)
    return len(ours)


def _record_failure(
    outcome: Outcome, tries: Mapping[tuple[int, str], int], worker: int, actor: Actor, now: datetime, chance: Random
) -> int:  # fmt: skip
    """failed: put again where the target moved, retried while its class allows, else a case · unknown: looked up where
    the target can tell, else a case.

    For unknown executions ``leased_until`` is the time of the next look-up; empty when a person must tell.
    """
    row = outcome.execution
    first_look = look_up_from(row, now) if outcome.state == State.UNKNOWN else None
    if not _finish(outcome, first_look, worker, now):
        return 0
    row.state = outcome.state
    kind = "execution.unknown" if outcome.state == State.UNKNOWN else "execution.failed"
    ledger.append_many([entry(row, kind, actor, now, failure=outcome.failure_class, attempt=row.attempts)])
    if outcome.observation is not None:
        dispatch.send_back_refused(row=row, observation=outcome.observation, actor=actor, now=now)
    elif outcome.retry and row.attempts < tries[row.workspace_id, outcome.failure_class]:
        after = retrying.back_off(row.attempts, after=outcome.retry_after, chance=chance)
        retrying.reschedule(execution=row, actor=actor, now=now, after=after)
    elif first_look is None:
        open_case(outcome=outcome, actor=actor, now=now)
    return 1


def _finish(outcome: Outcome, first_look: datetime | None, worker: int, now: datetime) -> int:
    row, message = outcome.execution, outcome.message[:500]
    moved = Execution.objects.filter(
        pk=row.pk, state=State.STARTED, claimed_by=worker, lease_epoch=row.lease_epoch
    ).update(
        state=outcome.state, finished_at=now, failure_class=outcome.failure_class, error=message,
        leased_until=first_look,
    )  # fmt: skip
    if moved:
        Attempt.objects.filter(execution=row, number=row.attempts).update(
            finished_at=now, outcome=outcome.state, failure_class=outcome.failure_class, message=message
        )
    return moved


def look_up_from(row: Execution, now: datetime) -> datetime | None:
    """When a target may first be asked what became of a write; None where it cannot tell and a person has to.

    One that keeps our key refuses a second write by itself. One that can only be searched may still be at work on a
    call that was cut off, and would say too early that there is nothing.
    """
    try:
        tool = tools.get(row.tool, row.tool_version)
    except tools.UnknownTool:
        return None
    if tool.idempotency == "none":
        return None
    return now if tool.idempotency == "key" else now + timedelta(seconds=tool.max_seconds)


def _code(receipt: dict[str, Any] | None) -> str:
    return ledger.code_of((receipt or {}).get("reference", ""))
