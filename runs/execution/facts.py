"""What is said of an execution: the outcome of an attempt, its entry in the ledger, its case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals import ledger
from approvals.actors import Actor
from exceptions import opening, resending
from runs.models import Execution
from runs.models.execution import State

FIRST_LEASE = 1  # what is sent again failed before, and failed in a worker's hand: this one is not its first


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt. ``state`` is succeeded, failed or unknown; ``retry`` asks for another try, not before
    ``retry_after`` seconds where the target said so.
    """

    execution: Execution
    state: str
    receipt: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    failure_class: str = ""
    message: str = ""
    retry: bool = False
    retry_after: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    field: str = ""
    observation: dict[str, Any] | None = None  # the target as it is, where it refused because it moved


def entry(row: Execution, kind: str, actor: Actor, now: datetime, **data: Any) -> Any:
    return ledger.entry(
        workspace_id=row.workspace_id, kind=kind, actor=actor, at=now, proposal=row.proposal_id, execution=row.id,
        data={"tool": row.tool, "digest": row.digest, "epoch": row.lease_epoch} | data,
    )  # fmt: skip


def open_case(*, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Hand a failure to the owner of its class. Inside the caller's transaction."""
    open_cases(outcomes=[outcome], actor=actor, now=now)


def open_cases(*, outcomes: Sequence[Outcome], actor: Actor, now: datetime) -> None:
    """Hand failures to the owners of their classes. Inside the caller's transaction, and last in it. One that was sent
    again takes the place of the failure that waited for it.
    """
    if outcomes:
        rows = [outcome.execution for outcome in outcomes]
        again = [row.id for row in rows if row.lease_epoch > FIRST_LEASE]
        failures = [_failure(outcome) for outcome in outcomes]
        left = resending.lie_in(again)
        opening.open_many(failures=failures, actor=actor, now=now, along=left)
        if left:
            resending.settle(executions=again, why=resending.FAILED, actor=actor, now=now)


def _failure(outcome: Outcome) -> opening.Failure:
    row = outcome.execution
    return opening.Failure(
        workspace=row.workspace,
        code=outcome.failure_class,
        message=outcome.message,
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
