"""The life of an execution: claimed under a lease, intent committed, called once, outcome recorded.

Every function is one short transaction with set-based statements, so that a batch costs a few round trips. A worker is
known by a number: it holds the PostgreSQL advisory lock of that number for as long as it lives (see ``drain``), so the
rows of the dead are found at once; ``lease_epoch`` keeps the late from harm (DESIGN.md §4, laws 5 and 6).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from approvals import ledger, tools
from approvals.actors import Actor
from exceptions import cases, resolutions
from runs import reversal
from runs.models import Attempt, Execution
from runs.models.execution import State

LEASE = timedelta(seconds=60)
WORKER_LOCKS = 0x43534B45  # first key of the advisory locks that workers hold; the second is their number
SLOWEST_BACK_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. ``state`` is succeeded, failed or unknown; ``retry`` asks for another try."""

    execution: Execution
    state: str
    receipt: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    failure_class: str = ""
    message: str = ""
    retry: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    field: str = ""


_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT x.id FROM runs_execution x JOIN approvals_workspace w ON w.id = x.workspace_id AND w.paused_at IS NULL
    JOIN approvals_proposal p ON p.id = x.proposal_id AND p.state = 'approved'
    JOIN approvals_agent a ON a.id = p.agent_id AND a.paused_at IS NULL
    WHERE x.state = 'scheduled' AND x.due_at <= %(now)s
      AND (x.leased_until IS NULL OR x.leased_until < %(now)s)
    ORDER BY x.due_at, x.id LIMIT %(limit)s FOR UPDATE OF x SKIP LOCKED
)
UPDATE runs_execution e SET claimed_by = %(worker)s, lease_epoch = e.lease_epoch + 1, leased_until = %(until)s
FROM due WHERE e.id = due.id RETURNING e.id
"""


# what calls and their records read; the rest is fetched when somebody asks
_NEEDED = (
    "workspace__slug", "tool", "tool_version", "arguments", "digest", "write_key", "state", "due_at", "attempts",
    "lease_epoch", "claimed_by", "proposal__run", "proposal__policy", "proposal__amount", "proposal__currency",
    "proposal__observation", "proposal__round", "proposal__digest", "proposal__subject", "proposal__tool",
    "proposal__reverses", "proposal__proposed_by", "proposal__confidence", "proposal__agent__tools",
)  # fmt: skip


def claim(*, worker: int, limit: int, now: datetime) -> list[Execution]:
    """Lease up to ``limit`` due executions whose workspace and agent are not paused. Oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"worker": worker, "until": now + LEASE, "now": now, "limit": limit})
        claimed = [row[0] for row in cursor.fetchall()]
    rows = (
        Execution.objects.filter(pk__in=claimed).select_related("proposal__agent", "workspace").only(*_NEEDED)
    )
    return sorted(rows, key=lambda row: (row.due_at, row.id))


def next_due(*, now: datetime, within: timedelta) -> datetime | None:
    """When the next scheduled execution falls due, if that is soon. What is due already is claimed, not awaited."""
    soon = Execution.objects.filter(state=State.SCHEDULED, due_at__gt=now, due_at__lt=now + within)
    return soon.order_by("due_at").values_list("due_at", flat=True).first()


_BEGIN = """
WITH begun AS (
    UPDATE runs_execution e
    SET state = 'started', started_at = %(now)s, attempts = e.attempts + 1, leased_until = %(until)s
    FROM unnest(%(ids)s::uuid[], %(epochs)s::int[]) AS mine(id, epoch)
    WHERE e.id = mine.id AND e.lease_epoch = mine.epoch AND e.claimed_by = %(worker)s AND e.state = 'scheduled'
    RETURNING e.id, e.attempts, e.lease_epoch
), tries AS (
    INSERT INTO runs_attempt (execution_id, number, lease_epoch, started_at, outcome, failure_class, message)
    SELECT id, attempts, lease_epoch, %(now)s, '', '', '' FROM begun
)
SELECT id FROM begun
"""


def begin(*, executions: Sequence[Execution], worker: int, actor: Actor, now: datetime) -> list[Execution]:
    """Commit the intent before any call. Returns those still ours; what the database refuses fails alone."""
    try:
        with transaction.atomic():
            return _begin(executions, worker, actor, now) if executions else []
    except IntegrityError:
        if len(executions) > 1:
            ones = (begin(executions=[one], worker=worker, actor=actor, now=now) for one in executions)
            return [row for begun in ones for row in begun]
    refuse(row=executions[0], worker=worker, actor=actor, now=now)
    return []


def _begin(executions: Sequence[Execution], worker: int, actor: Actor, now: datetime) -> list[Execution]:
    ids, epochs = [row.id for row in executions], [row.lease_epoch for row in executions]
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN, {"ids": ids, "epochs": epochs, "worker": worker, "now": now, "until": now + LEASE}
        )
        begun = {pk for (pk,) in cursor.fetchall()}
    ours = [row for row in executions if row.id in begun]
    for row in ours:
        row.state, row.started_at, row.attempts = State.STARTED, now, row.attempts + 1
    ledger.append_many(entry(row, "execution.started", actor, now, attempt=row.attempts) for row in ours)
    return ours


UNAPPROVED = "The database finds no live approval of what would run"
UNSIGNED = "What would run is not what was signed: its digest differs"


def refuse(*, row: Execution, worker: int, actor: Actor, now: datetime, message: str = UNAPPROVED) -> None:
    """Nothing was sent, and nothing will be: somebody has to look at how this came to be scheduled."""
    code = "dispatch.stopped"
    with transaction.atomic():
        moved = Execution.objects.filter(
            pk=row.pk, state=State.SCHEDULED, claimed_by=worker, lease_epoch=row.lease_epoch
        ).update(state=State.FAILED, finished_at=now, leased_until=None, failure_class=code, error=message)
        if not moved:
            return
        row.state = State.FAILED
        ledger.append_many([entry(row, "execution.failed", actor, now, failure=code, attempt=row.attempts)])
        outcome = Outcome(row, State.FAILED, failure_class=code, message=message)
        open_case(outcome=outcome, actor=actor, now=now)


def record(*, outcomes: Sequence[Outcome], worker: int, actor: Actor, now: datetime) -> int:
    """Write down what became of attempts. A worker that lost its lease changes nothing. Returns how many were kept."""
    succeeded = [outcome for outcome in outcomes if outcome.state == State.SUCCEEDED]
    kept = 0
    if succeeded:
        with transaction.atomic():
            kept += _record_successes(succeeded, worker, actor, now)
    for outcome in outcomes:
        if outcome.state != State.SUCCEEDED:
            with transaction.atomic():
                kept += _record_failure(outcome, worker, actor, now)
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


def _record_failure(outcome: Outcome, worker: int, actor: Actor, now: datetime) -> int:
    """failed: retried while its class allows, else a case · unknown: looked up where the target can tell, else a case.

    For unknown executions ``leased_until`` is the time of the next look-up; empty when a person must tell.
    """
    row = outcome.execution
    ask_target = outcome.state == State.UNKNOWN and tools.get(row.tool).idempotency != "none"
    moved = Execution.objects.filter(
        pk=row.pk, state=State.STARTED, claimed_by=worker, lease_epoch=row.lease_epoch
    ).update(
        state=outcome.state, finished_at=now, failure_class=outcome.failure_class, error=outcome.message[:500],
        leased_until=now if ask_target else None,
    )  # fmt: skip
    if not moved:
        return 0
    row.state = outcome.state
    Attempt.objects.filter(execution=row, number=row.attempts).update(
        finished_at=now,
        outcome=outcome.state,
        failure_class=outcome.failure_class,
        message=outcome.message[:500],
    )
    kind = "execution.unknown" if outcome.state == State.UNKNOWN else "execution.failed"
    ledger.append_many([entry(row, kind, actor, now, failure=outcome.failure_class, attempt=row.attempts)])
    if outcome.retry:
        reschedule(execution=row, actor=actor, now=now, after=back_off(row.attempts))
    elif not ask_target:
        open_case(outcome=outcome, actor=actor, now=now)
    return 1


def back_off(attempts: int) -> timedelta:
    """10 s, 30 s, 90 s … at most ten minutes. One worker retries one key, so there is no herd to spread."""
    return min(timedelta(seconds=10 * 3 ** (attempts - 1)), SLOWEST_BACK_OFF)


def reschedule(*, execution: Execution, actor: Actor, now: datetime, after: timedelta) -> None:
    """failed → scheduled: another attempt under the same write key. Inside the caller's transaction."""
    moved = Execution.objects.filter(pk=execution.pk, state=State.FAILED).update(
        state=State.SCHEDULED, due_at=now + after, claimed_by=None, leased_until=None, finished_at=None
    )
    if moved:
        execution.state = State.SCHEDULED
        ledger.append_many(
            [entry(execution, "execution.retried", actor, now, attempt=execution.attempts + 1)]
        )


def open_case(*, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Hand a failure to the owner of its class. Inside the caller's transaction."""
    row = outcome.execution
    cases.open_case(
        workspace=row.workspace,
        code=outcome.failure_class,
        message=outcome.message,
        actor=actor,
        now=now,
        proposal=row.proposal,
        execution=row.id,
        run=row.proposal.run,
        field=outcome.field,
        facts=outcome.facts,
        written="unknown" if outcome.state == State.UNKNOWN else "no",
        amount=row.proposal.amount,
        currency=row.proposal.currency,
        connector=row.tool.partition(".")[0],
        operation=row.tool,
    )


def entry(row: Execution, kind: str, actor: Actor, now: datetime, **data: Any) -> Any:
    return ledger.entry(
        workspace_id=row.workspace_id, kind=kind, actor=actor, at=now, proposal=row.proposal_id, execution=row.id,
        data={"tool": row.tool, "digest": row.digest, "epoch": row.lease_epoch} | data,
    )  # fmt: skip


def _code(receipt: dict[str, Any] | None) -> str:
    return ledger.code_of((receipt or {}).get("reference", ""))


class NotRetriable(LookupError):
    """Only a failed execution whose approval still stands, and was not amended since, can be tried again."""


def retry(*, execution: Execution, by: int, actor: Actor, now: datetime) -> None:
    """A person removed the cause: another attempt under the same key and signature. Its open occurrences are settled.

    Raises `NotRetriable`.
    """
    with transaction.atomic():
        rows = Execution.objects.select_for_update(of=("self",)).select_related("proposal")
        row = rows.get(pk=execution.pk)
        if row.state != State.FAILED or row.proposal.state != "approved" or row.proposal.digest != row.digest:
            raise NotRetriable(row.public_id)
        reschedule(execution=row, actor=actor, now=now, after=timedelta(0))
        resolutions.settle_for_execution(
            execution_id=row.id,
            disposition="retried",
            actor=actor,
            now=now,
            by=by,
            reason_code="cause_removed",
        )
        if row.proposal.amendments.exists():  # looked at last: an amender holds the occurrence just settled
            raise NotRetriable(row.public_id)
