"""One proposal, read for one member: everything its page says, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from approvals import questions, tools, ways_back, wording
from approvals.answering import argument_forms
from approvals.models import Evidence, Membership, Proposal
from approvals.showing import (
    chain,
    changes,
    dossier,
    drift,
    dry_runs,
    exhibits,
    item_facts,
    outcomes,
    past,
    record,
    related,
    target_facts,
)
from approvals.visible import plain, visible
from approvals.waiting import statements


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``approvals/_item.html``."""
    known = dossier.gather(proposal, member, now)
    evidence = statements.ask(_evidence(), {statements.ITEM: proposal.pk})
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    pins = exhibits.pins(evidence, look.names(proposal.arguments))
    moving, standing_still = changes.apart(changes.rows(proposal, evidence, pins, known.answers))
    return {
        **_names(proposal),
        "eyebrow": item_facts.eyebrow(proposal, now),
        "chips": item_facts.chips(known),
        "changes": moving,
        "unchanged": standing_still,
        **_target(proposal),
        **_raw(proposal),
        "evidence": exhibits.show(evidence, pins, (proposal.workspace.slug, proposal.public_id)),
        "evidence_first": proposal.risk == "high",
        **_checks(proposal),
        "record": record.of(proposal),
        "words": visible(proposal.rationale),
        "summary": visible(proposal.summary),
        "confidence": item_facts.confidence(proposal),
        "signatures": item_facts.signatures(known),
        "alone_signed": item_facts.alone_signed(known),
        "related": related.of(proposal),
        "past": past.of(proposal, now),
        "falls": item_facts.falls(item_facts.fallen(known)),
        "has_history": bool(known.answers) or proposal.round > 1,
        **_digests(evidence, known),
        "origin": item_facts.origin(proposal),
        "way_back": ways_back.of(proposal, now),
        "chain": chain.of(proposal),
        "events": known.events,
        "outcome": outcomes.outcome(known),
        "why_not": outcomes.why_not(known),
        "editable": bool(editable(proposal)),
        "dry": dry_runs.read(known),
    }


def asked(proposal: Proposal) -> list[questions.Question | None]:
    """What `read` asks of every proposal."""
    beyond = [record.asked(proposal), related.asked(proposal), past.asked(proposal)]
    return [*asked_by_id(proposal), *beyond]


def asked_by_id(proposal: Proposal) -> list[questions.Question]:
    """What of that is known by the id alone."""
    return [
        *dossier.asked(proposal),
        statements.meant(_evidence().built, {statements.ITEM: proposal.pk}),
    ]


@cache
def _evidence() -> statements.Kept[Evidence]:
    return statements.keep(Evidence.objects.filter(proposal=statements.ITEM).order_by("position"))


def _names(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "public_id": proposal.public_id,
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
    }


def _target(proposal: Proposal) -> dict[str, Any]:
    """What the worker read before anybody was asked."""
    observation = proposal.observation or {}
    return {
        "standing": target_facts.standing(proposal),
        "drift": drift.read(proposal),
        "remarks": [visible(wording.days_said(note)) for note in observation.get("notes", [])],
        "unread": observation.get("error", ""),
    }


def _raw(proposal: Proposal) -> dict[str, Any]:
    """The arguments whole, as they will be sent and as they came."""
    return {
        "raw": visible(argument_forms.as_json(proposal.arguments)),
        "raw_proposed": visible(argument_forms.as_json(proposal.proposed_arguments)),
    }


def _checks(proposal: Proposal) -> dict[str, Any]:
    """The rulings that ask or block, and those that let pass."""
    loud = [item_facts.check(ruling) for ruling in proposal.rulings if ruling["ruling"] != "allow"]
    quiet = [item_facts.check(ruling) for ruling in proposal.rulings if ruling["ruling"] == "allow"]
    return {"loud": loud, "quiet": quiet}


def _digests(evidence: Sequence[Evidence], known: dossier.Dossier) -> dict[str, Any]:
    """What was signed and shown, for paper: in full."""
    signed = [
        {
            "name": row.reviewer.get_username() if row.reviewer else "the policy",
            "at": row.decided_at,
            "digest": row.digest,
        }
        for row in known.answers
    ]
    shown = [{"position": row.position, "digest": row.digest} for row in evidence]
    return {"signed_digests": signed, "evidence_digests": shown}


def editable(proposal: Proposal) -> tuple[str, ...]:
    """The fields a reviewer may change before signing."""
    try:
        return tools.get(proposal.tool, proposal.tool_version).editable
    except tools.UnknownTool:
        return ()
