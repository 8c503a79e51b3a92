"""The last look before a write: policy and target as they are now, the stricter of then and now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals import decisions, gates, gathering, policies, proposals, tools
from approvals.actors import Actor
from approvals.models import Proposal
from runs.models import Execution
from runs.models.execution import State

PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class Look:
    """What the last look found: ``go``, or why not: ``paused``, ``policy`` or ``target`` (with the new observation)."""

    execution: Execution
    finding: str
    observation: dict[str, Any] | None = None


def by_policy(rows: Iterable[Execution], now: datetime) -> list[Look]:
    """Compare each approval with the policy in force now. One query per tool and workspace of the batch."""
    known: dict[tuple[int, str], Any] = {}
    looks = []
    for row in rows:
        key = (row.workspace_id, row.tool)
        if key not in known:
            known[key] = policies.current(workspace=row.workspace, tool=tools.get(row.tool), now=now)
        looks.append(Look(row, _policy_finding(row.proposal, known[key])))
    return looks


def _policy_finding(proposal: Proposal, policy: Any) -> str:
    if policy.paused_at is not None:
        return "paused"
    if policy.pk == proposal.policy_id:
        return "go"
    terms = gathering.terms(policy)
    ruling = gates.amount_ruling(terms, proposal.amount, proposal.currency)
    signed = decisions.signatures(proposal)
    if ruling.ruling == gates.BLOCK or (signed and signed < max(ruling.quorum, terms.quorum)):
        return "policy"
    return "go"


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


def postpone(*, row: Execution, now: datetime) -> None:
    """A paused tool: looked at again in a little while, under no lease."""
    Execution.objects.filter(pk=row.pk, state=State.SCHEDULED, lease_epoch=row.lease_epoch).update(
        due_at=now + PAUSE, claimed_by=None, leased_until=None
    )
