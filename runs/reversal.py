"""Undo is not a back door: a reversal is a new proposal that points at the execution it reverses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from approvals import ids, locks, stakes, tools, ways_back
from approvals.actors import Actor, worker
from approvals.models import Membership, Proposal
from approvals.models.proposal import LIVE
from approvals.submission import Draft, Exhibit
from approvals.telling import notice_occasions
from exceptions import cases, intake, resolutions, undoing
from exceptions.lanes import harming
from exceptions.models import Case, Occurrence
from runs.models import Execution
from runs.models.execution import State

TOO_LATE = "reversal.too_late"


class NotReversible(ValueError):
    """The tool has no way back, or nothing was written."""


class PastDeadline(NotReversible):
    """The tool knew a way back until a moment that has passed. A case can be opened instead."""


class AlreadyReversed(ValueError):
    """A reversal of this execution is waiting, or has been carried out. ``proposal`` is it."""

    def __init__(self, proposal: Proposal):
        super().__init__(f"{proposal.public_id} already reverses it")
        self.proposal = proposal


class AlreadyOwned(ValueError):
    """A case holds it already. ``case`` is it."""

    def __init__(self, case: Case):
        super().__init__(f"{case.public_id} holds it")
        self.case = case


@dataclass(frozen=True)
class Asked:
    """On whose behalf and as part of what. Nobody's behalf: a saga that undoes itself."""

    by: int | None
    reason: str
    order: UUID | None = None
    saga: UUID | None = None
    blames: bool = False  # whoever asks says that the write was wrong


def of(execution: Execution) -> Proposal | None:
    """The live proposal that would reverse, or has reversed, an execution."""
    return Proposal.objects.filter(reverses=execution.id, state__in=LIVE).order_by("-id").first()


def can_reverse(execution: Execution) -> bool:
    """Whether the execution succeeded and its tool knows a way back, whenever that is."""
    return _way(execution) is not None


def _way(execution: Execution) -> tuple[str, dict] | None:
    if execution.state != State.SUCCEEDED or execution.receipt is None:
        return None
    if execution.receipt.get("data", {}).get("told_by") == "person":
        return None  # a reference somebody typed: nothing a tool could find its way back by
    try:
        tool = tools.get(execution.tool, execution.tool_version)
    except tools.UnknownTool:
        return None
    return tool.reversal(execution.arguments, execution.receipt)


def propose(
    *, execution: Execution, member: Membership, reason: str, actor: Actor, now: datetime, wrong: bool = False
) -> Proposal:
    """Put the question of undoing an execution, through the one door. Whoever asks cannot be the one who signs.

    ``wrong``: because what was written was wrong. Raises `NotReversible`, `PastDeadline`, `AlreadyReversed`.
    """
    asked = Asked(member.user_id, reason, blames=wrong)
    return ask(execution=execution, asked=asked, actor=actor, now=now)


def ask(*, execution: Execution, asked: Asked, actor: Actor, now: datetime) -> Proposal:
    """The same for many at once and for sagas. Raises `NotReversible`, `PastDeadline`, `AlreadyReversed`."""
    found = _way(execution)
    if found is None:
        raise NotReversible(execution.public_id)
    if ways_back.of(execution.proposal, now).passed:
        raise PastDeadline(execution.public_id)
    with transaction.atomic():
        locks.take(Execution.objects).get(pk=execution.pk)  # of two who ask at once, one is first
        standing = of(execution)
        if standing is not None:
            raise AlreadyReversed(standing)
        return intake.receive(
            draft=_draft(execution, *found, asked), agent=execution.proposal.agent, actor=actor, now=now
        )


def open_case(*, execution: Execution, member: Membership, reason: str, actor: Actor, now: datetime) -> Case:
    """Its deadline has passed: somebody who can undo it by hand owns it from now on.

    Raises `NotReversible` while the tool can still undo it, or was never able to; `AlreadyOwned`.
    """
    if not can_reverse(execution) or not ways_back.of(execution.proposal, now).passed:
        raise NotReversible(execution.public_id)
    with transaction.atomic():
        locks.take(Execution.objects).get(pk=execution.pk)
        held = Occurrence.objects.filter(
            execution=execution.id, facts__code=TOO_LATE, disposition=resolutions.OPEN
        )
        if (found := held.select_related("case").first()) is not None:
            raise AlreadyOwned(found.case)
        return cases.open_case(
            workspace=execution.workspace, code=TOO_LATE, message="Its deadline to be undone has passed",
            actor=actor, now=now, proposal=execution.proposal, execution=execution.id, written="yes",
            run=execution.proposal.run, facts={"reason": reason, "asked_by": member.user.get_username()},
            amount=execution.proposal.amount, currency=execution.proposal.currency,
            connector=execution.tool.partition(".")[0], operation=execution.tool,
        )  # fmt: skip


def tell_signers(*, done: Iterable[Execution], now: datetime) -> None:
    """Those of the executions that undid another have just succeeded: whoever signed the other should know, and what
    failed about it is settled.
    """
    for row in done:
        if row.proposal.reverses is not None:
            undone = Execution.objects.select_related("proposal").get(pk=row.proposal.reverses)
            by = row.proposal.proposed_by_id
            if row.proposal.blames:  # the lane before any case, as whoever judges what it let pass
                harming.verify(undone=undone.proposal, actor=worker("reversal"), now=now)
            notice_occasions.overturned(proposal=undone.proposal, by=by, now=now)
            undoing.settle(
                execution=undone.id, proposal=undone.proposal, by=by, actor=worker("reversal"), now=now
            )


def _draft(execution: Execution, tool: str, arguments: dict, asked: Asked) -> Draft:
    record = Exhibit(
        kind="record",
        title="What was written",
        content=_as_text(execution),
        source=ids.show("execution", execution.id),
    )
    proposal = execution.proposal
    earlier = Proposal.objects.filter(reverses=execution.id).count()
    return Draft(
        tool=tool,
        arguments=arguments,
        idempotency_key=f"reversal/{execution.id.hex}/{earlier + 1}",
        subject=proposal.subject,
        summary=f"Undo: {proposal.headline}"[:500],
        rationale=asked.reason,
        evidence=(record,),
        reverses=execution.id,
        proposed_by=asked.by,
        signed_before=stakes.signers(proposal),
        run=proposal.run,
        workflow=proposal.workflow,
        reversal_order=asked.order,
        blames=asked.blames,
        saga=asked.saga,
        saga_step=proposal.saga_step if asked.saga else None,
    )


def _as_text(execution: Execution) -> str:
    after = {name: value for name, value in (execution.after or {}).items() if value is not None}
    reference = (execution.receipt or {}).get("reference", "")
    return "\n".join(
        [f"receipt: {reference}", *(f"{name}: {value}" for name, value in sorted(after.items()))]
    )
