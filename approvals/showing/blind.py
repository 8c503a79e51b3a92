"""A proposal as somebody sees it who judges afterwards: what a reviewer was shown, without anybody's confidence,
without whether a person was asked, and without what came of it.
"""

from datetime import datetime
from typing import Any

from approvals import wording
from approvals.models import Proposal
from approvals.showing import changes, exhibits, item_facts, target_facts
from approvals.visible import plain, visible

TELLTALE = {"confidence", "rollout stage"}  # gates whose ruling says how sure anybody was, or who was asked


def read(proposal: Proposal, now: datetime) -> dict[str, Any]:
    """The context of ``approvals/_blind.html``, and the words above it."""
    evidence = list(proposal.evidence.order_by("position"))
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    pins = exhibits.pins(evidence, look.names(proposal.arguments))
    moving, unchanged = changes.apart(changes.rows(proposal, evidence, pins, []))
    asked = [ruling for ruling in proposal.rulings if ruling["gate"] not in TELLTALE]
    notes = (proposal.observation or {}).get("notes", [])
    return {
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
        "eyebrow": item_facts.eyebrow(proposal, now),
        "risk": f"{proposal.risk} risk".capitalize(),
        "changes": moving,
        "unchanged": unchanged,
        "evidence": exhibits.show(evidence, pins, (proposal.workspace.slug, proposal.public_id)),
        "loud": [item_facts.check(ruling) for ruling in asked if ruling["ruling"] != "allow"],
        "quiet": [item_facts.check(ruling) for ruling in asked if ruling["ruling"] == "allow"],
        "standing": target_facts.standing(proposal),
        "observed_at": proposal.observed_at,
        "remarks": [visible(wording.days_said(note)) for note in notes],
        "words": visible(proposal.rationale),
        "public_id": proposal.public_id,
    }
