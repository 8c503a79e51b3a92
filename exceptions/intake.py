"""The one door: every proposal enters here, from the API, a workflow, an amendment or a reversal."""

from datetime import datetime

from django.db import transaction

from approvals import proposals, submission
from approvals.actors import Actor
from approvals.models import Agent, Proposal
from approvals.models.proposal import State
from exceptions import cases, resolutions


def receive(*, draft: submission.Draft, agent: Agent, actor: Actor, now: datetime) -> Proposal:
    """Judge and keep a draft; what the gates block lies in a case with an owner before anybody hears of it.

    One transaction, no network. Raises what `approvals.submission.submit` raises.
    """
    with transaction.atomic():
        proposal = submission.submit(draft=draft, agent=agent, actor=actor, now=now)
        if proposal.state == State.BLOCKED:
            _open(proposal, actor, now)
    return proposal


def withdraw(*, proposal: Proposal, actor: Actor, now: datetime) -> Proposal:
    """The agent takes it back; what lay in a case of it is settled elsewhere. Raises `proposals.AlreadySettled`."""
    with transaction.atomic():
        proposals.withdraw(proposal=proposal, actor=actor, now=now)
        resolutions.settle_for_proposal(proposal=proposal, disposition="elsewhere", actor=actor, now=now)
    return proposal


def _open(proposal: Proposal, actor: Actor, now: datetime) -> None:
    first = first_block(proposal)
    cases.open_case(
        workspace=proposal.workspace,
        code=proposal.failure_class,
        message=first.get("reason", ""),
        field=first.get("field", ""),
        facts={
            "gate": first.get("gate", ""),
            "measured": first.get("measured", ""),
            "limit": first.get("limit", ""),
        },
        proposal=proposal,
        run=proposal.run,
        amount=proposal.amount,
        currency=proposal.currency,
        connector=proposal.tool.partition(".")[0],
        operation=proposal.tool,
        actor=actor,
        now=now,
    )


def first_block(proposal: Proposal) -> dict[str, str]:
    """The ruling of the first gate that blocked, as the proposal keeps it."""
    return next((ruling for ruling in proposal.rulings if ruling["ruling"] == "block"), {})
