"""The few nouns tests need, valid by default."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from approvals import actors, decisions, proposals, tools
from approvals.models import Agent, Membership, Proposal
from approvals.submission import Draft, Exhibit
from exceptions import intake
from runs import calling

_number = count(1)


def now() -> datetime:
    return timezone.now()


def a_draft(**changes: Any) -> Draft:
    """A memo about a fresh subject, grounded in its evidence, of high confidence."""
    number = next(_number)
    title = changes.pop("title", f"Memo {number}")
    arguments = changes.pop("arguments", {"title": title, "amount": "10.00"})
    values: dict[str, Any] = {
        "tool": "memo.write",
        "arguments": arguments,
        "idempotency_key": f"key-{number}",
        "subject": f"memo:{number}",
        "summary": "A memo",
        "rationale": "Somebody asked for it.",
        "confidence": Decimal("0.95"),
        "confidence_source": "rule",
        "evidence": (Exhibit("text", f"Please write: {arguments.get('title', '')}", "Request"),),
        "fingerprint": f"fingerprint-{number}",
    }
    return Draft(**values | changes)


def agent_actor(agent: Agent) -> actors.Actor:
    return actors.agent(agent.id, "test")


def a_proposal(
    agent: Agent, *, observed: bool = True, at: datetime | None = None, **changes: Any
) -> Proposal:
    """A proposal through the one door, its target read (unless told not to), waiting for a reviewer."""
    at = at or now()
    proposal = intake.receive(draft=a_draft(**changes), agent=agent, actor=agent_actor(agent), now=at)
    if observed and proposal.state == "pending" and proposal.observed_at is None:
        observe(proposal, at)
    return proposal


def observe(proposal: Proposal, at: datetime | None = None) -> Proposal:
    """What the worker does right after intake."""
    seen = calling.observe(tools.get(proposal.tool), proposal.arguments, proposal.workspace.slug)
    return proposals.record_observation(
        proposal=proposal, observation=seen, actor=actors.worker("test"), now=at or now()
    )


def actor_of(member: Membership) -> actors.Actor:
    return actors.person(member.user_id, "test")


def approve(proposal: Proposal, member: Membership, *, at: datetime | None = None, **more: Any) -> Proposal:
    """The member signs what is on the table."""
    answer = {"verdict": "approve", "seen_digest": proposal.digest} | more
    return decisions.decide(
        proposal_id=proposal.pk, member=member, actor=actor_of(member), now=at or now(), **answer
    )


def able(proposal: Proposal, *members: Membership) -> list[Membership]:
    """Those of them with no stake in it."""
    barred = {proposal.proposed_by_id, *proposal.excluded_reviewers}
    return [member for member in members if member.user_id not in barred]


def an_approved(agent: Agent, member: Membership, **changes: Any) -> Proposal:
    """Approved long enough ago that its undo window has closed."""
    at = now() - timedelta(minutes=5)
    return approve(a_proposal(agent, at=at, **changes), member, at=at)
