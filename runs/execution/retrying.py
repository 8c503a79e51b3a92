"""Another attempt, under the same key: by itself while the failure's class allows, or because somebody asks for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from exceptions import catalogue, resolutions
from exceptions.models import FailureClass
from runs.execution.facts import Outcome, entry
from runs.models import Execution
from runs.models.execution import State

BASE = timedelta(seconds=10)
SLOWEST = timedelta(minutes=10)
LONGEST_FLOOR = timedelta(days=1)  # a target that asks for more is asked again all the same
CHANCE: Random = SystemRandom()


class NotRetriable(LookupError):
    """Only a failed execution whose approval still stands, and was not amended since, can be tried again."""


def slowest_back_off(attempts: int) -> timedelta:
    """20 s after the first attempt, then twice as long each time, at most ten minutes."""
    return min(BASE * 2 ** min(attempts, 16), SLOWEST)


def back_off(attempts: int, *, after: float | None = None, chance: Random = CHANCE) -> timedelta:
    """Any time up to the slowest, so that those who failed together do not come back together. ``after`` seconds that
    the target asked for go before it.
    """
    asked = after if after is not None and after > 0 else 0.0
    floor = timedelta(seconds=min(asked, LONGEST_FLOOR.total_seconds()))
    return floor + chance.random() * slowest_back_off(attempts)


def tries(outcomes: Sequence[Outcome]) -> dict[tuple[int, str], int]:
    """Attempts that each workspace grants each class of failure. One query for all of them."""
    asked = {(outcome.execution.workspace_id, outcome.failure_class) for outcome in outcomes}
    codes = {code for _, code in asked} | {catalogue.UNCLASSIFIED}
    rows = FailureClass.objects.filter(workspace__in={workspace for workspace, _ in asked}, code__in=codes)
    found = {(workspace, code): n for workspace, code, n in rows.values_list("workspace", "code", "tries")}
    shipped = {row.code: row.tries for row in catalogue.ENTRIES}
    return {
        (workspace, code): found.get((workspace, code))
        or (shipped.get(code) or found.get((workspace, catalogue.UNCLASSIFIED), 1))
        for workspace, code in asked
    }


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
