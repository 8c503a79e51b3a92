"""Executions nobody can vouch for: the rows of the dead are found, looked up by key, and settled or handed over."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from approvals import ledger, tools
from approvals.actors import Actor
from exceptions import resolutions
from runs import calling, execution
from runs.execution import Outcome
from runs.models import Attempt, Execution
from runs.models.execution import State

BATCH = 100
ASK_AGAIN = timedelta(seconds=15)
PATIENCE = timedelta(minutes=1)  # how long an unreachable target is asked before a person is

_FREE = """
UPDATE runs_execution e SET leased_until = NULL, claimed_by = NULL
WHERE e.state = 'scheduled' AND e.leased_until > %s AND e.claimed_by NOT IN (
    SELECT l.objid::bigint FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND d.datname = current_database())
"""
_LOST = """
SELECT e.id FROM runs_execution e
WHERE e.state = 'started' AND (e.leased_until < %s OR e.claimed_by NOT IN (
    SELECT l.objid::bigint FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND d.datname = current_database()))
ORDER BY e.id LIMIT %s FOR UPDATE SKIP LOCKED
"""


def find_lost(*, actor: Actor, now: datetime) -> int:
    """Free what the dead had claimed, and call what they (or the paused) had begun *unknown*. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FREE, [now, execution.WORKER_LOCKS])
        cursor.execute(_LOST, [now, execution.WORKER_LOCKS, BATCH])
        lost = [row[0] for row in cursor.fetchall()]
        rows = list(Execution.objects.select_related("proposal", "workspace").filter(pk__in=lost))
        for row in rows:
            _lose(row, actor, now)
    return len(rows)


def _lose(row: Execution, actor: Actor, now: datetime) -> None:
    can_tell = tools.get(row.tool).idempotency != "none"
    message = "The worker was lost between the intent and the receipt"
    Execution.objects.filter(pk=row.pk, state=State.STARTED).update(
        state=State.UNKNOWN, finished_at=now, failure_class="outcome.unknown", error=message,
        claimed_by=None, leased_until=now if can_tell else None,
    )  # fmt: skip
    row.state = State.UNKNOWN
    Attempt.objects.filter(execution=row, finished_at__isnull=True).update(
        finished_at=now, outcome="unknown", failure_class="outcome.unknown", message=message
    )
    ledger.append_many([execution.entry(row, "execution.unknown", actor, now, failure="outcome.unknown")])
    if not can_tell:
        outcome = Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=message)
        execution.open_case(outcome=outcome, actor=actor, now=now)


def look_up(*, actor: Actor, now: datetime) -> int:
    """Ask targets about unknown executions by their write keys. Returns how many were settled."""
    asked = Execution.objects.filter(state=State.UNKNOWN, leased_until__lte=now)
    settled = 0
    for row in asked.select_related("proposal", "workspace").order_by("leased_until")[:BATCH]:
        # the next time is set first: of two sweeps only one asks
        if Execution.objects.filter(Q(leased_until=row.leased_until), pk=row.pk, state=State.UNKNOWN).update(
            leased_until=now + ASK_AGAIN
        ):
            settled += _ask(row, actor, now)
    return settled


def _ask(row: Execution, actor: Actor, now: datetime) -> int:
    answer = calling.look_up(row)
    if answer.state == State.UNKNOWN:
        if row.finished_at is not None and row.finished_at < now - PATIENCE:
            with transaction.atomic():
                if Execution.objects.filter(pk=row.pk, state=State.UNKNOWN).update(leased_until=None):
                    execution.open_case(outcome=answer, actor=actor, now=now)
        return 0
    return int(settle(row=row, answer=answer, actor=actor, now=now, evidence="look_up"))


def settle(*, row: Execution, answer: Outcome, actor: Actor, now: datetime, evidence: str) -> bool:
    """unknown → succeeded with the receipt found, or failed and tried again under the same key. False when too late."""
    fields = {"state": answer.state, "finished_at": now, "leased_until": None}
    if answer.state == State.SUCCEEDED:
        fields |= {"receipt": answer.receipt, "after": answer.after or {}, "failure_class": "", "error": ""}
    with transaction.atomic():
        if not Execution.objects.filter(pk=row.pk, state=State.UNKNOWN).update(**fields):
            return False
        row.state = answer.state
        data = {"state": str(answer.state), "by": evidence}
        ledger.append_many([execution.entry(row, "execution.settled", actor, now, **data)])
        resolutions.settle_for_execution(execution_id=row.id, disposition="reconciled", actor=actor, now=now)
        if answer.state == State.FAILED:
            execution.reschedule(execution=row, actor=actor, now=now, after=timedelta(0))
    return True
