"""What became of attempts, written down as they come back: successes together, and failures together."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from approvals import ledger, prepared, tools
from approvals.actors import Actor
from runs import dispatch, limits, reversal
from runs.execution import retrying
from runs.execution.facts import Outcome, entry, open_cases
from runs.models import Execution
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
    for batch in _batches(succeeded):
        with transaction.atomic():
            kept += _record_successes(batch, worker, actor, now)
    for batch in _batches(others):
        kept += _record_failures(batch, worker, actor, now, chance)
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
    with prepared.cursor() as cursor:
        cursor.execute(_SUCCEED, {"now": now, "worker": worker, "outcomes": json.dumps(told)})
        kept = {pk for (pk,) in cursor.fetchall()}
    ours = [outcome for outcome in outcomes if outcome.execution.id in kept]
    ledger.append_many(
        entry(outcome.execution, "execution.succeeded", actor, now, reference=_code(outcome.receipt))
        for outcome in ours
    )
    reversal.tell_signers(done=[outcome.execution for outcome in ours], now=now)
    return len(ours)


def _batches(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """What goes back to its reviewers changes proposals, and what undid a write settles cases: each of those by itself.
    The rest is written down together.
    """
    alone = [[outcome] for outcome in outcomes if _reaches_further(outcome)]
    rest = [outcome for outcome in outcomes if not _reaches_further(outcome)]
    return [*alone, rest] if rest else alone


def _reaches_further(outcome: Outcome) -> bool:
    return outcome.observation is not None or outcome.execution.proposal.reverses is not None


def _record_failures(
    outcomes: Sequence[Outcome], worker: int, actor: Actor, now: datetime, chance: Random
) -> int:
    """In one transaction; where the database refuses something in it, each by itself."""
    try:
        with transaction.atomic():
            return _record_together(outcomes, worker, actor, now, chance)
    except (DataError, IntegrityError):
        if len(outcomes) == 1:
            raise
    return sum(_record_failures([one], worker, actor, now, chance) for one in outcomes)


def _record_together(
    outcomes: Sequence[Outcome], worker: int, actor: Actor, now: datetime, chance: Random
) -> int:
    """failed: put again where the target moved, retried while its class allows, else a case · unknown: looked up where
    the target can tell, else a case.
    """
    looks = {
        one.execution.id: look_up_from(one.execution, now) for one in outcomes if one.state == State.UNKNOWN
    }
    kept = _finish(outcomes, looks, worker, now)
    ours = [outcome for outcome in outcomes if outcome.execution.id in kept]
    for outcome in ours:
        outcome.execution.state = outcome.state
    ledger.append_many(_fact(outcome, actor, now) for outcome in ours)
    again = retrying.pauses(ours, now, chance)
    stuck = []
    for outcome in ours:
        row = outcome.execution
        if outcome.observation is not None:
            dispatch.send_back_refused(row=row, observation=outcome.observation, actor=actor, now=now)
        elif row.id in again:
            retrying.reschedule(execution=row, actor=actor, now=now, after=again[row.id])
        elif looks.get(row.id) is None:
            stuck.append(outcome)
    open_cases(outcomes=stuck, actor=actor, now=now)
    return len(ours)


def _fact(outcome: Outcome, actor: Actor, now: datetime) -> Any:
    row = outcome.execution
    kind = "execution.unknown" if outcome.state == State.UNKNOWN else "execution.failed"
    return entry(row, kind, actor, now, failure=outcome.failure_class, attempt=row.attempts)


# For unknown executions leased_until is the time of the next look-up; empty when a person must tell.
_FINISH = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(outcomes)s::jsonb)
        AS o(id uuid, epoch int, attempt int, state text, failure text, message text, look timestamptz)
), done AS (
    UPDATE runs_execution e
    SET state = told.state, finished_at = %(now)s, failure_class = told.failure, error = told.message,
        leased_until = told.look
    FROM told
    WHERE e.id = told.id AND e.lease_epoch = told.epoch AND e.claimed_by = %(worker)s AND e.state = 'started'
    RETURNING e.id
), closed AS (
    UPDATE runs_attempt t
    SET finished_at = %(now)s, outcome = told.state, failure_class = told.failure, message = told.message
    FROM done JOIN told ON told.id = done.id WHERE t.execution_id = done.id AND t.number = told.attempt
)
SELECT id FROM done
"""


def _finish(
    outcomes: Sequence[Outcome], looks: Mapping[UUID, datetime | None], worker: int, now: datetime
) -> set[UUID]:
    """Those that were still ours to say."""
    told = [
        {
            "id": str(one.execution.id), "epoch": one.execution.lease_epoch, "attempt": one.execution.attempts,
            "state": one.state, "failure": one.failure_class, "message": one.message.replace("\x00", "")[:500],
            "look": look.isoformat() if (look := looks.get(one.execution.id)) else None,
        }
        for one in outcomes
    ]  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_FINISH, {"now": now, "worker": worker, "outcomes": json.dumps(told)})
        return {pk for (pk,) in cursor.fetchall()}


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
