"""Audits that wait, and one of them as its judge sees it: what was to be written, and not what came of it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals import rail, wording
from approvals.answering.review_pages import upstairs
from approvals.lanes import audits
from approvals.models import LaneAudit, Membership, Proposal
from approvals.models.workspace import Role
from approvals.showing import changes, exhibits, item_facts, target_facts
from approvals.visible import plain, visible

SHOWN = 100
# Gates whose ruling says how sure anybody was; a judge is not told.
TELLTALE = {"confidence", "rollout stage"}


def waiting(member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``lanes/audits.html``: those that run out first."""
    rows = LaneAudit.objects.filter(workspace_id=member.workspace_id, judged_at__isnull=True)
    lines = rows.select_related("proposal", "lane__agent").order_by("due_at")[: SHOWN + 1]
    return rail.around(member, now) | {
        "lines": [_line(audit, member, now) for audit in lines[:SHOWN]],
        "more": len(lines) > SHOWN,
        "judges": member.may(Role.REVIEWER),
    }


def _line(audit: LaneAudit, member: Membership, now: datetime) -> dict[str, Any]:
    proposal = audit.proposal
    return {
        "title": visible(proposal.headline),
        "lane": f"{audit.lane.agent.name}, {wording.tool_title(audit.lane.tool)}",
        "amount": wording.money(proposal.amount, proposal.currency) if proposal.amount is not None else "",
        "due_at": audit.due_at,
        "overdue": audit.due_at <= now,
        "url": reverse("audit", args=[member.workspace.slug, proposal.public_id]),
    }


def read(audit: LaneAudit, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``lanes/audit.html``."""
    judged = audit.judged_at is not None
    return rail.around(member, now) | {
        "audit": audit,
        "judged": judged,
        "effect_url": upstairs("effect", member.workspace.slug, audit.proposal.public_id) if judged else "",
        "reason": audits.REASONS.get(audit.reason_code, ""),
        "may_judge": not judged and audits.may_judge(audit, member),
        "reasons": [{"code": code, "label": label} for code, label in audits.REASONS.items()],
        **blind(audit.proposal, now),
    }


def blind(proposal: Proposal, now: datetime) -> dict[str, Any]:
    """What a reviewer would have been shown, without anybody's confidence and without what came of it."""
    evidence = list(proposal.evidence.order_by("position"))
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    pins = exhibits.pins(evidence, look.names(proposal.arguments))
    moving, unchanged = changes.apart(changes.rows(proposal, evidence, pins, []))
    checks = [item_facts.check(one) for one in proposal.rulings if one["gate"] not in TELLTALE]
    notes = (proposal.observation or {}).get("notes", [])
    return {
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
        "eyebrow": item_facts.eyebrow(proposal, now),
        "changes": moving,
        "unchanged": unchanged,
        "evidence": exhibits.show(evidence, pins, (proposal.workspace.slug, proposal.public_id)),
        "checks": checks,
        "standing": target_facts.standing(proposal),
        "observed_at": proposal.observed_at,
        "remarks": [visible(wording.days_said(note)) for note in notes],
        "words": visible(proposal.rationale),
    }
