"""The clocks of cases: holds that run out, and steps that come due. Swept by the tick, in bounded batches."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from approvals import ledger
from approvals.actors import Actor
from approvals.models import LedgerEntry
from exceptions import opening
from exceptions.models import Case, Team
from exceptions.models.case import State

BATCH = 200
BATCHES = 50  # one sweep does not go on for ever


def release_due(*, now: datetime, actor: Actor) -> int:
    """Holds that ran out: open again, and the clock runs on from the step it stood at. Returns how many."""
    held = Case.objects.filter(state=State.ACKNOWLEDGED, acknowledged_until__lte=now).order_by(
        "acknowledged_until"
    )
    return _sweep(held, lambda case: _release(case, actor, now))


def escalate_due(*, now: datetime, actor: Actor) -> int:
    """Open cases whose next step is due: call that step's team. Returns how many; none is overdue afterwards."""
    due = Case.objects.filter(state=State.OPEN, next_escalation_at__lte=now).order_by("next_escalation_at")
    return _sweep(due, lambda case: _escalate(case, actor, now))


def _sweep(rows: QuerySet[Case], move: Callable[[Case], LedgerEntry]) -> int:
    """Lock a batch that nobody else holds, move each case, record it; until nothing is due."""
    moved = 0
    locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related(
        "owner", "failure_class__owner", "failure_class__backup"
    )
    for _ in range(BATCHES):
        with transaction.atomic():
            batch = list(locked[:BATCH])
            ledger.append_many([move(case) for case in batch])
            Case.objects.bulk_update(
                batch,
                ["state", "step", "assignee", "acknowledged_until", "escalated_to", "next_escalation_at"],
            )
        moved += len(batch)
        if len(batch) < BATCH:
            break
    return moved


def _release(case: Case, actor: Actor, now: datetime) -> LedgerEntry:
    case.state, case.assignee, case.acknowledged_until = State.OPEN, None, None
    case.next_escalation_at = now + opening.wait(case.steps, case.step)
    return ledger.entry(
        workspace_id=case.workspace_id, kind="case.released", actor=actor, at=now, case=case.id,
        data={"step": case.step},
    )  # fmt: skip


def _escalate(case: Case, actor: Actor, now: datetime) -> LedgerEntry:
    to = called(case, case.step)
    case.escalated_to = to if to.pk != case.owner_id else case.escalated_to
    case.step = min(case.step + 1, 30_000)
    case.next_escalation_at = now + opening.wait(case.steps, case.step)
    return ledger.entry(
        workspace_id=case.workspace_id, kind="case.escalated", actor=actor, at=now, case=case.id,
        data={"step": case.step, "team": to.pk},
    )  # fmt: skip


def called(case: Case, step: int) -> Team:
    """The team a step calls: its owner, or the backup; past the last step always the backup."""
    if step < len(case.steps) and case.steps[step]["to"] == "owner":
        return case.owner
    return backup(case)


def wait_after(case: Case) -> timedelta:
    """How long after the next step the one after it comes."""
    return opening.wait(case.steps, case.step + 1)


def backup(case: Case) -> Team:
    """Who is called when the owner does not come: another team, also after the case was handed over."""
    known = case.failure_class
    return known.backup if known.backup_id != case.owner_id else known.owner
