"""The intent, committed before any call goes out; and what the database or a look at the signature refuses to begin."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from approvals import ledger, prepared
from approvals.actors import Actor
from approvals.objections import law_of
from runs import holding, limits
from runs.execution.facts import Outcome, entry, open_case
from runs.execution.leases import LEASE, hand_back, postpone
from runs.models import Execution
from runs.models.execution import State

ONE_AT_A_TIME = "one_write_at_a_time"
WAIT_FOR_THE_OTHER = timedelta(seconds=1)

_BEGIN = """
WITH begun AS (
    UPDATE runs_execution e
    SET state = 'started', started_at = %(now)s, attempts = e.attempts + 1, leased_until = %(until)s, waits_for = ''
    FROM unnest(string_to_array(%(ids)s, ',')::uuid[], string_to_array(%(epochs)s, ',')::int[]) AS mine(id, epoch)
    WHERE e.id = mine.id AND e.lease_epoch = mine.epoch AND e.claimed_by = %(worker)s AND e.state = 'scheduled'
      AND EXISTS (
        SELECT 1 FROM approvals_proposal p JOIN approvals_agent a ON a.id = p.agent_id AND a.paused_at IS NULL
        JOIN approvals_workspace w ON w.id = a.workspace_id AND w.paused_at IS NULL WHERE p.id = e.proposal_id)
      AND NOT EXISTS (
        SELECT 1 FROM approvals_toolswitch s
        WHERE s.workspace_id = e.workspace_id AND s.tool = e.tool AND s.paused_at IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1 FROM runs_breaker b WHERE b.workspace_id = e.workspace_id AND b.tool = e.tool
          AND b.state <> 'closed' AND b.canary_id IS DISTINCT FROM e.id)
    RETURNING e.id, e.attempts, e.lease_epoch
), tries AS (
    INSERT INTO runs_attempt (execution_id, number, lease_epoch, started_at, outcome, failure_class, message)
    SELECT id, attempts, lease_epoch, %(now)s, '', '', '' FROM begun
)
SELECT id FROM begun
"""


class _Fewer(Exception):
    """Limits were counted for writes that were then not begun: switched off, or not ours any more."""

    def __init__(self, begun: list[Execution]):
        super().__init__(f"{len(begun)} can be begun")
        self.begun = begun


def begin(*, executions: Sequence[Execution], worker: int, actor: Actor, now: datetime) -> list[Execution]:
    """Commit the intent before any call. Returns those still ours, not switched off and within every limit; what the
    database refuses fails alone, and what would write beside another write to its target waits.
    """
    try:
        with transaction.atomic():
            return _begin(executions, worker, actor, now) if executions else []
    except _Fewer as fewer:
        hand_back(executions=[row for row in executions if row not in fewer.begun], worker=worker)
        return begin(executions=fewer.begun, worker=worker, actor=actor, now=now)
    except IntegrityError as refusal:
        if len(executions) > 1:
            ones = (begin(executions=[one], worker=worker, actor=actor, now=now) for one in executions)
            return [row for begun in ones for row in begun]
        law = law_of(refusal)
    if law == ONE_AT_A_TIME:
        postpone(until=[(executions[0], now + WAIT_FOR_THE_OTHER)], worker=worker)
    else:
        refuse(row=executions[0], worker=worker, actor=actor, now=now)
    return []


def _begin(executions: Sequence[Execution], worker: int, actor: Actor, now: datetime) -> list[Execution]:
    admission = limits.admit(executions, now)
    # as one text each: lists would be quoted member by member
    ids = ",".join(row.id.hex for row in admission.go)
    epochs = ",".join(str(row.lease_epoch) for row in admission.go)
    with prepared.cursor() as cursor:
        cursor.execute(
            _BEGIN, {"ids": ids, "epochs": epochs, "worker": worker, "now": now, "until": now + LEASE}
        )
        begun = {pk for (pk,) in cursor.fetchall()}
    ours = [row for row in admission.go if row.id in begun]
    stopped = [row for row in admission.go if row.id not in begun]
    if stopped and admission.counted:
        raise _Fewer([row for row in executions if row not in stopped])
    hand_back(executions=stopped, worker=worker)
    for row in ours:
        row.state, row.started_at, row.attempts = State.STARTED, now, row.attempts + 1
    ledger.append_many(entry(row, "execution.started", actor, now, attempt=row.attempts) for row in ours)
    holding.hold(admission=admission, worker=worker, actor=actor, now=now)
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
