"""The decision row itself: what was seen, what it covers, and for edits what was changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approvals import arguments as reading
from approvals import gates, proposals, tools
from approvals.editing import EditRefused, rehearse_edit
from approvals.models import Batch, Decision, Proposal
from approvals.models.decision import SIGNATURES, Verdict


@dataclass(frozen=True)
class Pen:
    """Who signs, in whose seat if not their own, as part of which batch, and what they noted."""

    reviewer_id: int
    now: datetime
    covering: int | None = None
    batch: Batch | None = None
    note: str = ""

    def kept(self) -> dict[str, Any]:
        return {
            "reviewer_id": self.reviewer_id, "covering_id": self.covering, "batch": self.batch, "note": self.note,
            "decided_at": self.now,
        }  # fmt: skip


def write(
    proposal: Proposal, verdict: str, reason_code: str, arguments: dict[str, Any], pen: Pen
) -> Decision:
    """The row of any answer. Raises `NotEditable`, `EditRefused`."""
    if verdict == Verdict.EDIT:
        return edit(proposal, arguments, pen)
    return answer(proposal, verdict, reason_code, pen)


def repeats(
    proposal: Proposal, own: Decision, verdict: str, seen_digest: str, reason_code: str, arguments: Any
) -> bool:
    """Whether this says what the row ``own`` says already."""
    if own.seen_digest != seen_digest or own.verdict != verdict:
        return False
    if verdict == Verdict.EDIT:
        tool = tools.get(proposal.tool, proposal.tool_version)
        return reading.read(tool, arguments or {}).normal == own.arguments
    return verdict != Verdict.REJECT or own.reason_code == reason_code


def answer(proposal: Proposal, verdict: str, reason_code: str, pen: Pen) -> Decision:
    """An answer to what is on the table as it is."""
    return Decision.objects.create(
        proposal=proposal,
        round=proposal.round,
        verdict=verdict,
        seen_digest=proposal.digest,
        digest=proposal.digest,
        arguments=proposal.arguments,
        reason_code=reason_code,
        **pen.kept(),
    )


def edit(proposal: Proposal, arguments: dict[str, Any], pen: Pen) -> Decision:
    """Sign other arguments: only editable fields, judged anew, and the agent's own kept beside them.

    Raises `NotEditable`, `EditRefused`.
    """
    read, judgement, amount = rehearse_edit(proposal=proposal, arguments=arguments, now=pen.now)
    if judgement.ruling == gates.BLOCK:
        raise EditRefused(judgement)
    digest = proposals.resign(proposal, read.normal, proposal.observation)
    changed = reading.changed(proposal.arguments, read.normal)
    if not changed:
        return answer(proposal, Verdict.APPROVE, "", pen)
    _begin_anew_if_signed(proposal)
    decision = Decision.objects.create(
        proposal=proposal,
        round=proposal.round,
        verdict=Verdict.EDIT,
        seen_digest=proposal.digest,
        digest=digest,
        arguments=read.normal,
        changed_fields=changed,
        **pen.kept(),
    )
    proposal.arguments, proposal.digest, proposal.cohort = read.normal, digest, ""
    proposal.quorum = max(proposal.quorum, judgement.quorum)
    proposal.rulings, proposal.amount, proposal.currency = judgement.as_json(), *amount
    proposal.headline = tools.get(proposal.tool, proposal.tool_version).headline(read.normal)[:300]
    proposal.party = reading.party(read.normal)
    proposal.save(
        update_fields=[
            "arguments", "digest", "cohort", "quorum", "rulings", "amount", "currency", "headline", "party",
        ]
    )  # fmt: skip
    return decision


def _begin_anew_if_signed(proposal: Proposal) -> None:
    """Signatures under the old bytes stay on record in their round; who gave them may sign the edit in the next."""
    if proposal.decisions.filter(round=proposal.round, verdict__in=SIGNATURES).exists():
        proposal.round += 1
        proposal.save(update_fields=["round"])  # first: the database wants decisions in the current round
