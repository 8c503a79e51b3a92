"""One proposal, read for one member: everything its page says, in a fixed number of queries."""

from datetime import datetime
from typing import Any

from approvals import argument_forms, changes, dossier, exhibits, item_facts, outcomes, record, tools
from approvals.models import Membership, Proposal
from approvals.visible import plain, visible


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``approvals/_item.html``."""
    known = dossier.gather(proposal, member, now)
    evidence = list(proposal.evidence.order_by("position"))
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    pins = exhibits.pins(evidence, look.names(proposal.arguments))
    observation = proposal.observation or {}
    return {
        "proposal": proposal,
        "public_id": proposal.public_id,
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
        "eyebrow": item_facts.eyebrow(proposal, now),
        "chips": item_facts.chips(known),
        "changes": changes.rows(proposal, evidence, pins, known.answers),
        "standing": changes.standing(proposal),
        "moved": changes.moved(proposal),
        "remarks": [visible(note) for note in observation.get("notes", [])],
        "unread": observation.get("error", ""),
        "raw": visible(argument_forms.as_json(proposal.arguments)),
        "raw_proposed": visible(argument_forms.as_json(proposal.proposed_arguments)),
        "evidence": exhibits.show(evidence, pins),
        "evidence_first": proposal.risk == "high",
        "loud": [item_facts.check(ruling) for ruling in proposal.rulings if ruling["ruling"] != "allow"],
        "quiet": [item_facts.check(ruling) for ruling in proposal.rulings if ruling["ruling"] == "allow"],
        "record": record.of(proposal),
        "words": visible(proposal.rationale),
        "summary": visible(proposal.summary),
        "confidence": item_facts.confidence(proposal),
        "signatures": item_facts.signatures(known),
        "related": item_facts.related(proposal),
        "origin": item_facts.origin(proposal),
        "events": known.events,
        "outcome": outcomes.outcome(known),
        "why_not": outcomes.why_not(known),
        "editable": bool(editable(proposal)),
    }


def editable(proposal: Proposal) -> tuple[str, ...]:
    """The fields a reviewer may change before signing."""
    try:
        return tools.get(proposal.tool, proposal.tool_version).editable
    except tools.UnknownTool:
        return ()
