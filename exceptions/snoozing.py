"""Putting a case aside, with an end: its clock stands still until then, and runs on by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases, schedule
from exceptions.cases import AlreadyResolved, AlreadyTaken
from exceptions.models import Case
from exceptions.models.case import State

LONGEST = timedelta(days=30)
MOST = 30_000  # as many as a case counts


class TooLong(ValueError):
    """Nothing is put aside for longer than thirty days, nor until a moment that is over."""


class NotSnoozed(LookupError):
    """The case is not put aside, or not any more."""


def snooze(*, case: Case, member: Membership, until: datetime, actor: Actor, now: datetime) -> Case:
    """Put the case aside until then: nobody has it, nobody is called, and it opens by itself.

    Raises `NotYourCase`, `TooLong`, `AlreadyTaken` when somebody else has it, `AlreadyResolved`.
    """
    cases.of_member(member, case)
    if not now < until <= now + LONGEST:
        raise TooLong(f"{until:%Y-%m-%d %H:%M}")
    with transaction.atomic():
        done = cases.free_for(case, member, now).update(
            state=State.OPEN, assignee=None, acknowledged_until=None, reminded_at=None, snoozed_until=until,
            next_escalation_at=until, snoozes=F("snoozes") + 1,
        )  # fmt: skip
        case.refresh_from_db()
        if not done:
            raise AlreadyResolved(case.public_id) if case.state == State.RESOLVED else AlreadyTaken(case)
        ledger.append(
            workspace_id=case.workspace_id, kind="case.snoozed", actor=actor, at=now, case=case.id,
            data={"until": until.isoformat(), "times": case.snoozes},
        )  # fmt: skip
    return case


def wake(*, case: Case, actor: Actor, now: datetime) -> Case:
    """Bring it back before its time: a person wants it, or far more fail than used to. Raises `NotSnoozed`."""
    with transaction.atomic():
        row = (
            locks.take(Case.objects)
            .select_related("workspace", "owner", "failure_class__owner", "failure_class__backup")
            .get(pk=case.pk)
        )
        if row.snoozed_until is None:
            raise NotSnoozed(row.public_id)
        row.snoozed_until, row.next_escalation_at = None, schedule.due(row, now)
        row.save(update_fields=["snoozed_until", "next_escalation_at"])
        ledger.append(
            workspace_id=row.workspace_id, kind="case.woken", actor=actor, at=now, case=row.id,
            data={"step": row.step},
        )  # fmt: skip
    return row
