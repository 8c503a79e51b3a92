"""Undo is not a back door: a reversal is a new proposal that points at the execution it reverses."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from approvals import ids, tools
from approvals.actors import Actor
from approvals.models import Membership, Proposal
from approvals.models.proposal import LIVE
from approvals.submission import Draft, Exhibit
from approvals.telling import notice_occasions
from exceptions import intake
from runs.models import Execution
from runs.models.execution import State


class NotReversible(ValueError):
    """The tool has no way back, or nothing was written."""


class AlreadyReversed(ValueError):
    """A reversal of this execution is waiting, or has been carried out. ``proposal`` is it."""

    def __init__(self, proposal: Proposal):
        super().__init__(f"{proposal.public_id} already reverses it")
        self.proposal = proposal


def of(execution: Execution) -> Proposal | None:
    """The live proposal that would reverse, or has reversed, an execution."""
    return Proposal.objects.filter(reverses=execution.id, state__in=LIVE).order_by("-id").first()


def can_reverse(execution: Execution) -> bool:
    """Whether the execution succeeded and its tool knows a way back."""
    if execution.state != State.SUCCEEDED or execution.receipt is None:
        return False
    if execution.receipt.get("data", {}).get("told_by") == "person":
        return False  # a reference somebody typed: nothing a tool could find its way back by
    return tools.get(execution.tool).reversal(execution.arguments, execution.receipt) is not None


def propose(
    *, execution: Execution, member: Membership, reason: str, actor: Actor, now: datetime
) -> Proposal:
    """Put the question of undoing an execution, through the one door. Whoever asks cannot be the one who signs.

    Raises `NotReversible`, `AlreadyReversed`.
    """
    if not can_reverse(execution):
        raise NotReversible(execution.public_id)
    tool = tools.get(execution.tool)
    found = tool.reversal(execution.arguments, execution.receipt or {})
    assert found is not None  # can_reverse said so
    name, arguments = found
    with transaction.atomic():
        Execution.objects.select_for_update().get(pk=execution.pk)  # of two who ask at once, one is first
        standing = of(execution)
        if standing is not None:
            raise AlreadyReversed(standing)
        return intake.receive(
            draft=_draft(execution, name, arguments, member.user_id, reason),
            agent=execution.proposal.agent,
            actor=actor,
            now=now,
        )


def tell_signers(*, done: Iterable[Execution], now: datetime) -> None:
    """Those of the executions that undid another have just succeeded: whoever signed the other should know."""
    for row in done:
        if row.proposal.reverses is not None:
            undone = Execution.objects.select_related("proposal").get(pk=row.proposal.reverses)
            by = row.proposal.proposed_by_id
            notice_occasions.overturned(proposal=undone.proposal, by=by, now=now)


def _draft(execution: Execution, tool: str, arguments: dict, user: int, reason: str) -> Draft:
    record = Exhibit(
        kind="record",
        title="What was written",
        content=_as_text(execution),
        source=ids.show("execution", execution.id),
    )
    earlier = Proposal.objects.filter(reverses=execution.id).count()
    return Draft(
        tool=tool,
        arguments=arguments,
        idempotency_key=f"reversal/{execution.id.hex}/{earlier + 1}",
        subject=execution.proposal.subject,
        summary=f"Undo: {execution.proposal.headline}"[:500],
        rationale=reason,
        evidence=(record,),
        reverses=execution.id,
        proposed_by=user,
        run=_run_of(execution),
        workflow=execution.proposal.workflow,
    )


def _as_text(execution: Execution) -> str:
    after = {name: value for name, value in (execution.after or {}).items() if value is not None}
    reference = (execution.receipt or {}).get("reference", "")
    return "\n".join(
        [f"receipt: {reference}", *(f"{name}: {value}" for name, value in sorted(after.items()))]
    )


def _run_of(execution: Execution) -> UUID | None:
    return execution.proposal.run
