"""The last look before a write: policy and target as they are now, the stricter of then and now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import canonical, decisions, gates, gathering, policies, proposals, tools
from approvals.actors import Actor
from approvals.models import Evidence, Proposal
from approvals.telling import notice_occasions
from runs.models import Execution
from runs.models.execution import State

PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class Look:
    """What the last look found: ``go``, or why not: ``unsigned``, ``paused``, ``policy`` or ``target`` (with the new
    observation).
    """

    execution: Execution
    finding: str
    observation: dict[str, Any] | None = None


def by_signature(rows: Sequence[Execution]) -> set[UUID]:
    """Ids of executions whose digest is truly that of what would run: taken anew from arguments, subject, evidence and
    observation, so that not even the site's own database can put other bytes under a signature. One query.
    """
    evidence: dict[UUID, list[str]] = defaultdict(list)
    found = Evidence.objects.filter(proposal__in=[row.proposal_id for row in rows]).order_by("position")
    for proposal, digest in found.values_list("proposal_id", "digest"):
        evidence[proposal].append(digest)
    return {row.id for row in rows if row.digest == _digest(row, evidence[row.proposal_id])}


def _digest(row: Execution, evidence: list[str]) -> str:
    try:
        tool = tools.get(row.tool, row.tool_version)
        return proposals.sign(tool, row.arguments, row.proposal.subject, evidence, row.proposal.observation)
    except (tools.UnknownTool, canonical.NotCanonical):
        return ""


def by_policy(rows: Sequence[Execution], now: datetime) -> list[Look]:
    """Compare each approval with what was signed and with the policy in force now. One query per tool and workspace."""
    known: dict[tuple[int, str], Any] = {}
    looks = []
    signed = by_signature(rows)
    for row in rows:
        if row.id not in signed:
            looks.append(Look(row, "unsigned"))
            continue
        key = (row.workspace_id, row.tool)
        if key not in known:
            known[key] = policies.current(workspace=row.workspace, tool=tools.get(row.tool), now=now)
        looks.append(Look(row, _policy_finding(row.proposal, known[key])))
    return looks


def _policy_finding(proposal: Proposal, policy: Any) -> str:
    if policy.paused_at is not None:
        return "paused"
    if proposal.tool not in proposal.agent.tools and proposal.reverses is None:
        return "policy"
    if policy.pk == proposal.policy_id:
        return "go"
    terms = gathering.terms(policy)
    ruling = gates.amount_ruling(terms, proposal.amount, proposal.currency)
    signed = decisions.signatures(proposal)
    if ruling.ruling == gates.BLOCK:
        return "policy"
    if signed:
        return "go" if signed >= max(ruling.quorum, terms.quorum) else "policy"
    # passed by policy, without a person: only while the policy of now would let it pass too
    unsure = proposal.confidence is None or proposal.confidence < terms.confidence_floor
    return "policy" if ruling.ruling == gates.ASK or terms.quorum > 1 or unsure else "go"


def by_target(look: Look, fresh: dict[str, Any]) -> Look:
    """Compare what was signed with the target as it is now. An unreadable target stops nothing: the call will tell."""
    signed = look.execution.proposal.observation
    if signed is None or fresh.get("error") or signed.get("error"):
        return look
    if fresh["version"] != signed["version"]:
        return Look(look.execution, "target", fresh)
    return look


def send_back(*, look: Look, actor: Actor, now: datetime) -> None:
    """Nothing is written: the execution is cancelled and the question put again, with the diff where it moved."""
    row = look.execution
    with transaction.atomic():
        moved = Execution.objects.filter(
            pk=row.pk, state=State.SCHEDULED, claimed_by=row.claimed_by, lease_epoch=row.lease_epoch
        ).update(state=State.CANCELLED, finished_at=now)
        if not moved:
            return
        proposal = Proposal.objects.select_related("policy").get(pk=row.proposal_id)
        changed: dict[str, Any] = {}
        if look.observation is not None:
            observation = look.observation | {"was": (proposal.observation or {}).get("before")}
            changed = {
                "observation": observation,
                "digest": proposals.resign(proposal, proposal.arguments, observation),
            }
        kind = "proposal.target_changed" if look.finding == "target" else "proposal.policy_changed"
        decisions.reopen(proposal=proposal, kind=kind, actor=actor, now=now, **changed)
        told = "sent_back" if look.finding == "target" else "stricter"
        notice_occasions.sent_back(proposal=proposal, kind=told, now=now)


def postpone(*, row: Execution, now: datetime) -> None:
    """A paused tool: looked at again in a little while, under no lease."""
    Execution.objects.filter(pk=row.pk, state=State.SCHEDULED, lease_epoch=row.lease_epoch).update(
        due_at=now + PAUSE, claimed_by=None, leased_until=None
    )
