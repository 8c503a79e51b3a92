"""A thing of a sample as its judge sees it: what was to be written and the evidence, and not what became of it."""

from datetime import datetime
from typing import Any

from approvals import access, wording
from approvals.models import Decision, Membership, Proposal, SampleItem
from approvals.models.decision import SIGNATURES
from approvals.showing import changes, exhibits, item_facts, target_facts
from approvals.visible import plain, visible

TELLTALE = {"confidence", "rollout stage"}  # gates whose ruling says whether a person was asked


def proposal_of(item: SampleItem, member: Membership) -> Proposal:
    """The proposal as it was approved, in memory: whatever has been asked again since is not what was drawn."""
    assert item.proposal_id is not None
    row = access.found(member, item.proposal_id)
    assert row is not None
    signed = (
        Decision.objects.filter(proposal=row, digest=item.digest, verdict__in=SIGNATURES)
        .order_by("id")
        .first()
    )
    if signed is not None:
        row.arguments, row.digest = signed.arguments, signed.digest
    return row


def read(item: SampleItem, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``approvals/sampling/_blind.html``."""
    proposal = proposal_of(item, member)
    evidence = list(proposal.evidence.order_by("position"))
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    pins = exhibits.pins(evidence, look.names(proposal.arguments))
    moving, unchanged = changes.apart(changes.rows(proposal, evidence, pins, []))
    asked = [ruling for ruling in proposal.rulings if ruling["gate"] not in TELLTALE]
    return {
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
        "eyebrow": item_facts.eyebrow(proposal, now),
        "risk": f"{proposal.risk} risk".capitalize(),
        "changes": moving,
        "unchanged": unchanged,
        "evidence": exhibits.show(evidence, pins, (member.workspace.slug, proposal.public_id)),
        "loud": [item_facts.check(ruling) for ruling in asked if ruling["ruling"] != "allow"],
        "quiet": [item_facts.check(ruling) for ruling in asked if ruling["ruling"] == "allow"],
        "standing": target_facts.standing(proposal),
        "observed_at": proposal.observed_at,
        "remarks": [
            visible(wording.days_said(note)) for note in (proposal.observation or {}).get("notes", [])
        ],
        "words": visible(proposal.rationale),
        "public_id": proposal.public_id,
    }
