"""Audits that wait, and one of them as its judge sees it: what was to be written, and not what came of it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals import rail, wording
from approvals.answering.review_pages import upstairs
from approvals.lanes import audits
from approvals.models import LaneAudit, Membership
from approvals.models.workspace import Role
from approvals.showing import blind
from approvals.visible import visible

SHOWN = 100


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
        **blind.read(audit.proposal, now),
    }
