"""A new round: the same question put again, to everybody. Earlier answers stay on record and count no more."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from approvals import deadlines, locks, policies, proposals, switches, tightened
from approvals.actors import Actor
from approvals.lanes import labels
from approvals.models import Membership, Proposal
from approvals.models.decision import SIGNATURES
from approvals.models.proposal import State
from approvals.objections import NotYourDecision, SignedByOthers, TooLate
from approvals.proposals import AlreadySettled


def take_back(proposal_id: Any, member: Membership, actor: Actor, now: datetime) -> Proposal:
    """In the caller's transaction. Raises `AlreadySettled`, `NotYourDecision`, `SignedByOthers`, `TooLate`."""
    proposal = (
        locks.take(Proposal.objects)
        .select_related("policy", "workspace")
        .get(pk=proposal_id, workspace_id=member.workspace_id)
    )
    signed = proposal.decisions.filter(round=proposal.round, verdict__in=SIGNATURES)
    if proposal.state == State.PENDING and signed.exists():
        take_signature_back(proposal, set(signed.values_list("reviewer", flat=True)), member, actor, now)
        return proposal
    if proposal.state != State.APPROVED:
        raise AlreadySettled(proposal)
    if not signed.filter(reviewer=member.user_id).exists():
        raise NotYourDecision("only somebody who signed can take it back")
    if proposal.release_at is None or proposal.release_at <= (switches.stopped_since(proposal) or now):
        raise TooLate(proposal.public_id)
    reopen(proposal=proposal, kind="decision.undone", actor=actor, now=now)
    return proposal


def take_signature_back(
    proposal: Proposal, signers: set[int | None], member: Membership, actor: Actor, now: datetime
) -> None:
    """The answer stays on record, in a round that is over. No time is won by it.

    Raises `NotYourDecision`, `SignedByOthers`, `TooLate`.
    """
    if member.user_id not in signers:
        raise NotYourDecision("only somebody who signed can take it back")
    if signers != {member.user_id}:
        raise SignedByOthers(proposal.public_id)
    if proposal.expires_at <= now:
        raise TooLate(proposal.public_id)
    proposals.ask_anew(proposal=proposal, kind="signature.taken_back", actor=actor, now=now)


def reopen(*, proposal: Proposal, kind: str, actor: Actor, now: datetime, **fields: Any) -> None:
    """Put the question again: approved → pending, next round. The database cancels what was scheduled, or refuses.

    It is asked under the policy of now, and never of fewer people than before.
    """
    policy = policies.newest(workspace=proposal.workspace, tool=proposal.tool) or proposal.policy
    quorum = proposal.quorum
    labels.withdraw(proposal=proposal)
    if policy != proposal.policy:
        told = {ruling.gate: ruling for ruling in tightened.rulings(proposal, policy, now)}
        quorum = max(quorum, policy.quorum, *(ruling.quorum for ruling in told.values()))
        fields["rulings"] = [
            asdict(told[old["gate"]]) if old["gate"] in told else old for old in proposal.rulings
        ]
    proposals.settle(
        proposal=proposal, to=State.PENDING, kind=kind, actor=actor, now=now, data={"round": proposal.round + 1},
        round=proposal.round + 1, release_at=None, cohort="", policy=policy, quorum=quorum,
        expires_at=max(proposal.expires_at, deadlines.due(policy, proposal.workspace, now)), **fields,
    )  # fmt: skip
    proposal.round, proposal.release_at = proposal.round + 1, None
    proposal.policy, proposal.quorum = policy, quorum
