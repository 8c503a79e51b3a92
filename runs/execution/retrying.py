"""Another attempt, under the same key: by itself while the failure's class allows, or because somebody asks for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom
from uuid import UUID

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from exceptions import resending, rules
from runs.execution.facts import Outcome, entry
from runs.models import Attempt, Execution, Saga
from runs.models.execution import State
from runs.models.saga import State as SagaState

PAUSE, FACTOR = 10, 2  # seconds, and how many times longer each pause may be than the one before
SLOWEST = timedelta(minutes=10)
LONGEST_FLOOR = timedelta(days=1)  # a target that asks for more is asked again all the same
CHANCE: Random = SystemRandom()


class NotRetriable(LookupError):
    """Only a failed execution whose approval still stands, and was not amended since, can be tried again."""


class BeingUndone(NotRetriable):
    """It is a step of a chain that does not go on: what was done of it is undone, or was."""


def slowest_back_off(attempts: int, *, pause: int = PAUSE, factor: int = FACTOR) -> timedelta:
    """20 s after the first attempt, then twice as long each time, at most ten minutes; or as a class would have it."""
    longest = max(SLOWEST.total_seconds(), pause)
    return timedelta(seconds=min(pause * factor ** min(attempts, 16), longest))


def back_off(
    attempts: int, *, after: float | None = None, chance: Random = CHANCE, pause: int = PAUSE, factor: int = FACTOR
) -> timedelta:  # fmt: skip
    """Any time up to the slowest, so that those who failed together do not come back together. ``after`` seconds that
    the target asked for go before it.
    """
    asked = after if after is not None and after > 0 else 0.0
    floor = timedelta(seconds=min(asked, LONGEST_FLOOR.total_seconds()))
    return floor + chance.random() * slowest_back_off(attempts, pause=pause, factor=factor)


def pauses(outcomes: Sequence[Outcome], now: datetime, chance: Random = CHANCE) -> dict[UUID, timedelta]:
    """How long each failure waits that its class lets be tried again: as often, and as long after its first attempt, as
    the class says. Three queries for all of them, none where nobody asks.
    """
    asking = [one for one in outcomes if one.retry and one.observation is None]
    if not asking:
        return {}
    routed = rules.route_many([(one.execution.workspace, _facts(one)) for one in asking])
    began = Attempt.objects.filter(execution__in=[one.execution.id for one in asking], number=1)
    first = dict(began.values_list("execution", "started_at"))
    waits = {}
    for one, known in zip(asking, (goes.failure_class for goes in routed), strict=True):
        row = one.execution
        wait = back_off(
            row.attempts,
            after=one.retry_after,
            chance=chance,
            pause=known.retry_seconds,
            factor=known.retry_factor,
        )
        if row.attempts < known.tries and now + wait <= first.get(row.id, now) + known.retry_within:
            waits[row.id] = wait
    return waits


def _facts(outcome: Outcome) -> rules.Facts:
    tool, proposal = outcome.execution.tool, outcome.execution.proposal
    return rules.Facts(
        outcome.failure_class, outcome.message, tool.partition(".")[0], tool, outcome.field, proposal.currency,
        proposal.amount, proposal, outcome.facts,
    )  # fmt: skip


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


def _refuse_undone(row: Execution) -> None:
    """A step has its turn only while its chain runs (migration ``0009_sagas``): it would wait for ever."""
    step = row.proposal
    if step.saga is None or step.reverses is not None:
        return
    saga = Saga.objects.get(pk=step.saga)
    if saga.state != SagaState.RUNNING:
        raise BeingUndone(row.public_id)


def retry(*, execution: Execution, by: int, actor: Actor, now: datetime) -> None:
    """A person removed the cause: another attempt under the same key and signature. Its open failures are settled when
    its target shows the write, or when it fails anew.

    Raises `NotRetriable`, `BeingUndone`.
    """
    with transaction.atomic():
        rows = locks.take(Execution.objects).select_related("proposal")
        row = rows.get(pk=execution.pk)
        if row.state != State.FAILED or row.proposal.state != "approved" or row.proposal.digest != row.digest:
            raise NotRetriable(row.public_id)
        _refuse_undone(row)
        reschedule(execution=row, actor=actor, now=now, after=timedelta(0))
        resending.mark(execution=row.id, by=by, now=now)
        if row.proposal.amendments.exists():  # looked at last: an amender holds the occurrence just marked
            raise NotRetriable(row.public_id)
