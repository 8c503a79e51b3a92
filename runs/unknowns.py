"""Executions nobody can vouch for: the rows of the dead are found, looked up by key, and settled or handed over."""

from datetime import datetime, timedelta

from django.db import transaction

from approvals import ledger, locks, prepared
from approvals.actors import Actor
from exceptions import resolutions
from exceptions.models import Occurrence
from runs import calling, execution, limits, testimonies
from runs.execution import Outcome
from runs.models import Attempt, Execution
from runs.models.execution import State
from runs.threads import Threads, answers

BATCH = 100
ASK_AGAIN = timedelta(seconds=15)
PATIENCE = timedelta(minutes=1)  # how long an unreachable target is asked before a person is
ASK_LATER = timedelta(minutes=5)  # from then on the target is asked too, more slowly
AT_ONCE = 8  # targets asked by whoever brings no threads
LONGEST_ANSWER = 10.0  # seconds
BEGINNINGS = 6  # of one write that never arrived, before its owner is told

LONGEST_REFERENCE = 200


class AlreadySettled(LookupError):
    """Somebody or a look-up was quicker: the execution is not unknown any more."""


class MissingAnswer(ValueError):
    """Who says what happened gives a reason, and what was written has a reference in the target."""


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
ORDER BY e.id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


def find_lost(*, actor: Actor, now: datetime) -> int:
    """Free what the dead had claimed, and call what they (or the paused) had begun *unknown*. Returns how many."""
    with transaction.atomic(), prepared.cursor() as cursor:
        cursor.execute(_FREE, [now, execution.WORKER_LOCKS])
        cursor.execute(_LOST, [now, execution.WORKER_LOCKS, BATCH])
        lost = [row[0] for row in cursor.fetchall()]
        rows = list(Execution.objects.select_related("proposal", "workspace").filter(pk__in=lost))
        for row in rows:
            _lose(row, actor, now)
    return len(rows)


def _lose(row: Execution, actor: Actor, now: datetime) -> None:
    first_look = execution.look_up_from(row, now)
    message = "The worker was lost between the intent and the receipt"
    Execution.objects.filter(pk=row.pk, state=State.STARTED).update(
        state=State.UNKNOWN, finished_at=now, failure_class="outcome.unknown", error=message,
        claimed_by=None, leased_until=first_look,
    )  # fmt: skip
    row.state = State.UNKNOWN
    Attempt.objects.filter(execution=row, finished_at__isnull=True).update(
        finished_at=now, outcome="unknown", failure_class="outcome.unknown", message=message
    )
    ledger.append_many([execution.entry(row, "execution.unknown", actor, now, failure="outcome.unknown")])
    if first_look is None:
        outcome = Outcome(row, State.UNKNOWN, failure_class="outcome.unknown", message=message)
        execution.open_case(outcome=outcome, actor=actor, now=now)


def look_up(*, actor: Actor, now: datetime, threads: Threads | None = None) -> int:
    """Ask targets about unknown executions by their write keys, all at once. Returns how many were settled.

    Who has not answered after a few seconds is asked again later: a target that hangs holds up no other.
    """
    asked = _to_ask(now)
    if not asked:
        return 0
    threads = threads or Threads(AT_ONCE)
    heard = answers([threads.submit(calling.look_up, row) for row in asked], seconds=LONGEST_ANSWER)
    return sum(_hear(row, said, actor, now) for row, said in zip(asked, heard, strict=True) if said)


def _to_ask(now: datetime) -> list[Execution]:
    """The next time is set first: of two sweeps only one asks."""
    due = Execution.objects.filter(state=State.UNKNOWN, leased_until__lte=now)
    rows = due.select_related("proposal", "workspace").order_by("leased_until")[:BATCH]
    mine = Execution.objects.filter(state=State.UNKNOWN)
    later = now + ASK_AGAIN
    return [
        row
        for row in rows
        if mine.filter(pk=row.pk, leased_until=row.leased_until).update(leased_until=later)
    ]


def _hear(row: Execution, answer: Outcome, actor: Actor, now: datetime) -> int:
    if answer.state == State.UNKNOWN:
        if row.finished_at is not None and row.finished_at < now - PATIENCE:
            _involve(row, answer, actor, now)
        return 0
    return int(settle(row=row, answer=answer, actor=actor, now=now, evidence="look_up"))


def _involve(row: Execution, answer: Outcome, actor: Actor, now: datetime) -> None:
    """Its owner is told, once; the target is asked on, so that the answer comes by itself when the target is back."""
    with transaction.atomic():
        still = Execution.objects.filter(pk=row.pk, state=State.UNKNOWN).update(leased_until=now + ASK_LATER)
        if still and not _lies_in_a_case(row):
            execution.open_case(outcome=answer, actor=actor, now=now)


def _lies_in_a_case(row: Execution) -> bool:
    return Occurrence.objects.filter(execution=row.id, disposition=resolutions.OPEN).exists()


def settle(*, row: Execution, answer: Outcome, actor: Actor, now: datetime, evidence: str) -> bool:
    """unknown → succeeded with the receipt found, or failed and tried again under the same key, more slowly each time
    and not for ever: a write that takes its worker down with it ends in a case. False when too late.
    """
    given_up = answer.state == State.FAILED and row.attempts >= BEGINNINGS
    if given_up:
        message = f"It was begun {row.attempts} times and never arrived"
        answer = Outcome(row, State.FAILED, failure_class="integration.refused", message=message)
    with transaction.atomic():
        if not _move(row, answer, actor, now, evidence):
            return False
        if answer.state == State.FAILED:
            limits.give_back([row], now)
        resolutions.settle_for_execution(execution_id=row.id, disposition="reconciled", actor=actor, now=now)
        if given_up:
            execution.open_case(outcome=answer, actor=actor, now=now)
        elif answer.state == State.FAILED:
            after = execution.back_off(row.attempts)
            execution.reschedule(execution=row, actor=actor, now=now, after=after)
    return True


def _move(row: Execution, answer: Outcome, actor: Actor, now: datetime, evidence: str) -> bool:
    fields = {
        "state": answer.state, "finished_at": now, "leased_until": None,
        "failure_class": answer.failure_class, "error": answer.message[:500],
    }  # fmt: skip
    if answer.state == State.SUCCEEDED:
        fields |= {"receipt": answer.receipt, "after": answer.after or {}}
    if not Execution.objects.filter(pk=row.pk, state=State.UNKNOWN).update(**fields):
        return False
    row.state = answer.state
    data = {"state": str(answer.state), "by": evidence}
    ledger.append_many([execution.entry(row, "execution.settled", actor, now, **data)])
    return True


def reconcile(
    *,
    row: Execution,
    written: bool,
    reference: str,
    reason: str,
    by: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """A person has looked and says what happened. What was not written is not tried again until somebody asks for it.

    False: kept, and a second person has to say the same, since it is above what one settles. Raises `MissingAnswer`,
    `AlreadySettled`.
    """
    reference, reason = reference.strip()[:LONGEST_REFERENCE], reason.strip()
    if not reason or (written and not reference):
        raise MissingAnswer(row.public_id)
    if testimonies.wants_second(row, now) and not _agreed(row, written, reference, reason, by, actor, now):
        return False
    if written:
        receipt = {"reference": reference, "data": {"told_by": "person"}}
        answer = Outcome(row, State.SUCCEEDED, receipt=receipt)
    else:
        message = "Somebody looked: it was not written"
        answer = Outcome(row, State.FAILED, failure_class="outcome.unknown", message=message)
    with transaction.atomic():
        if not _move(row, answer, actor, now, "person"):
            raise AlreadySettled(row.public_id)
        if not _lies_in_a_case(row):  # quicker than the case: who said it and why is kept there
            doubt = Outcome(
                row, State.UNKNOWN, failure_class="outcome.unknown", message="It may have happened"
            )
            execution.open_case(outcome=doubt, actor=actor, now=now)
        resolutions.settle_for_execution(
            execution_id=row.id, disposition="reconciled", actor=actor, now=now, by=by, note=reason,
            reason_code="written" if written else "not_written",
        )  # fmt: skip
    return True


def _agreed(
    row: Execution, written: bool, reference: str, reason: str, by: int, actor: Actor, now: datetime
) -> bool:
    """Keep what was said, on record; whether somebody else has said it before."""
    with transaction.atomic():
        if not locks.take(Execution.objects).filter(pk=row.pk, state=State.UNKNOWN).exists():
            raise AlreadySettled(row.public_id)
        agreed = testimonies.say(row=row, written=written, reference=reference, reason=reason, by=by, now=now)
        if not agreed:
            data = {"written": int(written)}
            ledger.append_many([execution.entry(row, "execution.looked_at", actor, now, **data)])
    return agreed
