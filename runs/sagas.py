"""Sagas: begun at once, written step by step, and undone in reverse order when a step before the pivot does not happen.

Nothing here writes to a target: steps and what undoes them are proposals like all others. That a step waits for its
turn is kept by the database (``countersign_saga_lets`` in migration ``0009_sagas``), which claims ask as well.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from approvals import actors, chains, ledger, locks, submission
from approvals.actors import Actor
from approvals.models import Agent, Membership
from approvals.submission import Draft
from exceptions import cases, intake
from runs import reversal, saga_rest
from runs.models import Saga
from runs.models.saga import OPEN, State
from runs.saga_steps import BROKEN, UNDER_WAY, Stage, Step, stages

ACTOR = actors.worker("saga")
KEYS = "saga:"  # how the idempotency keys begin that steps get from here
FEWEST, MOST = 2, 20
AT_ONCE = 200

# Those that something has happened to; the rest waits for people and targets.
_DUE = """
SELECT s.id FROM runs_saga s WHERE s.state = 'compensating' OR s.state = 'running' AND (
    EXISTS (SELECT FROM approvals_proposal p LEFT JOIN runs_execution e ON e.proposal_id = p.id
        WHERE p.saga = s.id AND p.reverses IS NULL AND (e.state = 'failed'
          OR p.state IN ('rejected', 'expired', 'withdrawn', 'superseded') OR p.state = 'approved' AND p.shadow))
    OR s.steps = (SELECT count(DISTINCT p.saga_step) FROM approvals_proposal p
        JOIN runs_execution e ON e.proposal_id = p.id AND e.state = 'succeeded'
        WHERE p.saga = s.id AND p.reverses IS NULL))
ORDER BY s.looked_at LIMIT %s
"""


class NotUndoable(ValueError):
    """It is under way, nothing of it stands, or a step of it has no way back."""


def begin(
    *,
    agent: Agent,
    key: str,
    fingerprint: str,
    title: str,
    drafts: Sequence[Draft],
    actor: Actor,
    now: datetime,
) -> Saga:
    """Keep every step at once, each judged as strictly as the strictest of them (AISVS 9.2.10).

    Raises what `exceptions.intake.receive` raises, and IntegrityError when the key was used before.
    """
    with transaction.atomic():
        submission.take_turns(drafts=drafts, agent=agent)
        chain = chains.chain_of([submission.foresee(draft=draft, agent=agent, now=now) for draft in drafts])
        saga = Saga.objects.create(
            workspace=agent.workspace, agent=agent, key=key, fingerprint=fingerprint, title=title,
            steps=len(drafts), pivot=chain.pivot, created_at=now, looked_at=now,
        )  # fmt: skip
        for number, draft in enumerate(drafts, start=1):
            step = replace(
                draft, saga=saga.id, saga_step=number, chain=chain,
                idempotency_key=f"{KEYS}{saga.id.hex}/{number}", fingerprint=fingerprint,
            )  # fmt: skip
            intake.receive(draft=step, agent=agent, actor=actor, now=now)
        _record(saga, "saga.begun", actor, now, steps=len(drafts), pivot=chain.pivot)
    return saga


def advance_due(*, now: datetime) -> int:
    """Look at the sagas that something has happened to. Returns how many moved to another state."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [AT_ONCE])
        due = [pk for (pk,) in cursor.fetchall()]
    return sum(advance(pk=pk, now=now) for pk in due)


def advance(*, pk: Any, now: datetime) -> bool:
    """Do what one saga's steps make necessary. Of two who look at once, one acts. True when its state has changed."""
    with transaction.atomic():
        open_ones = locks.take(Saga.objects, skip=True).filter(state__in=OPEN)
        saga = open_ones.select_related("workspace", "agent__workspace").filter(pk=pk).first()
        if saga is None:
            return False
        before = saga.state
        Saga.objects.filter(pk=saga.pk).update(looked_at=now)
        steps = stages(saga)
        if saga.state == State.RUNNING:
            _go_on(saga, steps, now)
        else:
            _go_back(saga, steps, reversal.Asked(None, _why(steps), saga=saga.id), ACTOR, now)
    return saga.state != before


def _go_on(saga: Saga, steps: Sequence[Step], now: datetime) -> None:
    if all(step.stage == Stage.DONE for step in steps):
        _move(saga, State.SUCCEEDED, now)
        return
    broken = next((step for step in steps if step.stage in BROKEN), None)
    if broken is None or any(step.stage in UNDER_WAY for step in steps):
        return  # waits for people, or until it is known what became of a step
    if any(step.stage == Stage.DONE and step.is_irreversible for step in steps):
        if broken.stage == Stage.LOST:  # a failed one can be tried again: its case is open
            saga_rest.withdraw(steps, ACTOR, now)
            _leave(saga, broken, "A step after the pivot will not happen", now)
        return
    saga_rest.withdraw(steps, ACTOR, now)
    if not any(step.stage == Stage.DONE for step in steps):
        _move(saga, State.UNDONE, now, step=broken.number)
        return
    _move(saga, State.COMPENSATING, now, step=broken.number)
    _go_back(saga, steps, reversal.Asked(None, _why(steps), saga=saga.id), ACTOR, now)


def _go_back(saga: Saga, steps: Sequence[Step], asked: reversal.Asked, actor: Actor, now: datetime) -> None:
    """Every step that stands has a reversal asked for, the newest first; what cannot be undone is somebody's case."""
    saga_rest.withdraw(steps, ACTOR, now)
    standing = [step for step in reversed(steps) if step.stage == Stage.DONE]
    if not standing:
        _move(saga, State.UNDONE, now)
        return
    for step in standing:
        if step.is_being_undone:
            continue
        if step.undoing_is_lost:
            _leave(saga, step, "Undoing a step was refused, or nobody answered", now)
            return
        try:
            assert step.execution is not None
            reversal.ask(execution=step.execution, asked=asked, actor=actor, now=now)
        except reversal.AlreadyReversed:
            continue
        except reversal.NotReversible:
            _leave(saga, step, "A step that was written cannot be undone", now)
            return


def undo(
    *, saga: Saga, member: Membership, reason: str, actor: Actor, now: datetime, wrong: bool = False
) -> Saga:
    """A person wants the whole of it undone: a reversal of every step is asked for, the last step first. ``wrong``:
    because what was written was wrong, which counts against the agent.

    Raises `NotUndoable`.
    """
    with transaction.atomic():
        row = locks.take(Saga.objects).select_related("workspace", "agent__workspace")
        saga = row.get(pk=saga.pk, workspace_id=member.workspace_id)
        steps = stages(saga)
        done = [step for step in steps if step.stage == Stage.DONE]
        if saga.state in OPEN or not done or any(not step.can_be_undone(now) for step in done):
            raise NotUndoable(saga.public_id)
        if saga.state == State.UNDONE:
            raise NotUndoable(saga.public_id)
        _move(saga, State.COMPENSATING, now, actor)
        asked = reversal.Asked(member.user_id, reason, saga=saga.id, blames=wrong)
        _go_back(saga, [step.asked_anew() for step in steps], asked, actor, now)
    return saga


def _why(steps: Sequence[Step]) -> str:
    broken = next((step for step in steps if step.stage in BROKEN), None)
    which = f"Step {broken.number}" if broken else "A step"
    return f"{which} of its chain did not happen, so what was done before it is undone."


def _leave(saga: Saga, step: Step, message: str, now: datetime) -> None:
    """Nothing moves by itself any more: somebody owns it."""
    _move(saga, State.HALFWAY, now, step=step.number)
    cases.open_case(
        workspace=saga.workspace, code="saga.halfway", message=message, actor=ACTOR, now=now, proposal=step.proposal,
        execution=step.execution.id if step.execution else None, run=step.proposal.run,
        facts={"saga": saga.public_id, "step": step.number}, written="yes" if step.execution else "no",
        amount=step.proposal.amount, currency=step.proposal.currency,
        connector=step.proposal.tool.partition(".")[0], operation=step.proposal.tool,
    )  # fmt: skip


def _move(saga: Saga, to: str, now: datetime, actor: Actor = ACTOR, **data: Any) -> None:
    settled_at = None if to in OPEN else now
    Saga.objects.filter(pk=saga.pk, state=saga.state).update(state=to, settled_at=settled_at)
    saga.state, saga.settled_at = to, settled_at
    kind = "saga.turned" if to == State.COMPENSATING else "saga.settled"
    _record(saga, kind, actor, now, state=str(to), **data)


def _record(saga: Saga, kind: str, actor: Actor, now: datetime, **data: Any) -> None:
    ledger.append(
        workspace_id=saga.workspace_id, kind=kind, actor=actor, at=now, data={"saga": saga.public_id} | data
    )
