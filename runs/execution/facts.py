"""What is said of an execution: the outcome of an attempt, its entry in the ledger, its case."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals import ledger
from approvals.actors import Actor
from exceptions import cases
from runs.models import Execution
from runs.models.execution import State


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
