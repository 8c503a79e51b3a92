"""What a drill's story begins with: the ledger tells of it only by a commitment until it has been shown to be one."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from approvals import actors, gates
from approvals.models import Decision, Drill, LedgerEntry, Proposal
from approvals.models.decision import Verdict

SCHEME = "countersign.drill.1"


def commitment(proposal: UUID, nonce: str) -> str:
    """What the ledger holds from the beginning: it names no proposal, and none can be put in its place later."""
    return hashlib.sha256(f"{SCHEME}\n{proposal.hex}\n{nonce}".encode()).hexdigest()


def is_caught(drill: Drill, decision: Decision) -> bool:
    """A no, a hand-over, or another value in the place of the wrong one."""
    if decision.verdict == Verdict.EDIT:
        return bool(decision.arguments.get(drill.field) != drill.wrong)
    return decision.verdict in (Verdict.REJECT, Verdict.HAND_OVER)


def opening(proposal: Proposal) -> list[LedgerEntry]:
    """The first lines any proposal has, for a drill; they stand in no ledger."""
    stops = [
        ruling["gate"].replace(" ", "_") for ruling in proposal.rulings if ruling["ruling"] != gates.ALLOW
    ]
    agent, worker = actors.agent(proposal.agent_id, "workflow"), actors.worker("drain")
    facts: list[tuple[str, actors.Actor, datetime, dict[str, Any]]] = [
        ("proposal.submitted", agent, proposal.created_at, {"digest": proposal.digest, "tool": proposal.tool}),
        ("proposal.ruled", agent, proposal.created_at,
         {"ruling": proposal.ruling, "quorum": proposal.quorum, "policy": proposal.policy_id, "stops": stops}),
    ]  # fmt: skip
    if proposal.observation is not None and proposal.observed_at is not None:
        facts.append(("proposal.observed", worker, proposal.observed_at, {"digest": proposal.digest}))
    return [
        LedgerEntry(
            workspace_id=proposal.workspace_id,
            kind=kind,
            actor_kind=actor.kind,
            actor=actor.id,
            auth=actor.auth,
            at=at,
            proposal=proposal.id,
            data=data,
        )
        for kind, actor, at, data in facts
    ]


def hidden_beside(proposal: Proposal) -> list[UUID]:
    """What must not be shown beside an item: itself, and what a drill was made of."""
    if not proposal.drill:
        return [proposal.pk]
    return [proposal.pk, *Drill.objects.filter(proposal=proposal).values_list("source", flat=True)]
