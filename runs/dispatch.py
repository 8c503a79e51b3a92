"""The last look before a write: policy and target as they are now, the stricter of then and now."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from approvals import (
    canonical,
    decisions,
    gates,
    gathering,
    locks,
    policies,
    proposals,
    signatures,
    tightened,
    tools,
)
from approvals.actors import Actor
from approvals.lanes import passed
from approvals.models import Evidence, Policy, Proposal
from approvals.telling import notice_occasions
from approvals.waiting import statements
from runs import last_look
from runs.models import Execution
from runs.models.execution import State

PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class Look:
    """What the last look found: ``go``, or why not: ``unsigned``, ``paused``, ``policy``, ``target`` (with the new
    observation) or ``unread`` (with what kept it from being read).
    """

    execution: Execution
    finding: str
    observation: dict[str, Any] | None = None


def by_signature(rows: Sequence[Execution]) -> set[UUID]:
    """Ids of executions whose digest is truly that of what would run: taken anew from arguments, subject, evidence and
    observation, so that not even the site's own database can put other bytes under a signature. One query.
    """
    evidence: dict[UUID, list[str]] = defaultdict(list)
    for proposal, digest in statements.ask(_evidence(), statements.ids(row.proposal_id for row in rows)):
        evidence[proposal].append(digest)
    return {row.id for row in rows if row.digest == _digest(row, evidence[row.proposal_id])}


@cache
def _evidence() -> statements.Kept[tuple[UUID, str]]:
    rows = Evidence.objects.filter(statements.among("approvals_evidence.proposal_id")).order_by("position")
    return statements.keep(rows.values_list("proposal_id", "digest"))


def _digest(row: Execution, evidence: list[str]) -> str:
    try:
        tool = tools.get(row.tool, row.tool_version)
        return proposals.sign(tool, row.arguments, row.proposal.subject, evidence, row.proposal.observation)
    except (tools.UnknownTool, canonical.NotCanonical):
        return ""


def by_policy(rows: Sequence[Execution], now: datetime) -> list[Look]:
    """Compare each approval with what was signed, with the policy in force now, with who may sign now, and what passed
    by itself with where its lane stands. One query per tool and workspace, one for lanes, one for who reviews no
    longer, and two for what another policy stands over: its signatures, and all that it is about.
    """
    signed = by_signature(rows)
    known = _in_force([row for row in rows if row.id in signed], now)
    fallen = signatures.fallen([row.proposal_id for row in rows])
    unsigned_in = passed.in_fallen_lanes([row.proposal_id for row in rows])
    again = {
        row.proposal_id for row in rows if row.id in signed and known[_rule(row)].pk != row.proposal.policy_id
    } | fallen
    signers = signatures.signers(again) if again else {}
    whole = {row.pk: row for row in _whole(again)} if again else {}
    looks = []
    for row in rows:
        if row.id not in signed:
            looks.append(Look(row, "unsigned"))
        elif row.proposal_id in unsigned_in:
            looks.append(Look(row, "policy"))
        else:
            standing = signers.get(row.proposal_id, [] if row.proposal_id in fallen else None)
            proposal = whole.get(row.proposal_id, row.proposal)
            looks.append(Look(row, _policy_finding(proposal, known[_rule(row)], standing, fallen, now)))
    return looks


def _whole(proposals: Collection[UUID]) -> QuerySet[Proposal]:
    return Proposal.objects.filter(pk__in=proposals).select_related("agent", "workspace")


def _rule(row: Execution) -> tuple[int, str]:
    return row.workspace_id, row.tool


def _in_force(rows: Sequence[Execution], now: datetime) -> dict[tuple[int, str], Policy]:
    first = {_rule(row): row for row in reversed(rows)}
    return {
        rule: policies.current(workspace=row.workspace, tool=tools.get(row.tool), now=now)
        for rule, row in first.items()
    }


def _policy_finding(
    proposal: Proposal,
    policy: Policy,
    signers: Sequence[set[int]] | None,
    fallen: Collection[UUID],
    now: datetime,
) -> str:
    """Would the policy of now let it go, with these signatures? None of them: it passed without a person."""
    if proposal.tool not in proposal.agent.tools and proposal.reverses is None:
        return "policy"
    if policy.pk == proposal.policy_id and proposal.pk not in fallen:
        return "go"
    terms = gathering.terms(policy)
    amount, *stops = tightened.rulings(proposal, policy, now)
    if stops or amount.ruling == gates.BLOCK:
        return "policy"
    if signers is not None:
        named = [seat for seat in signers if not policy.reviewers or seat & set(policy.reviewers)]
        return "go" if len(named) >= max(amount.quorum, terms.quorum) else "policy"
    # passed by policy, without a person: only while the policy of now would let it pass too
    unsure = proposal.confidence is None or proposal.confidence < terms.confidence_floor
    return "policy" if amount.ruling == gates.ASK or terms.quorum > 1 or unsure else "go"


def by_target(look: Look, fresh: dict[str, Any]) -> Look:
    """Compare what was signed with the target as it is now (see `last_look`)."""
    found = last_look.finding(look.execution.proposal.observation, fresh)
    return look if found == "go" else Look(look.execution, found, fresh)


def send_back(*, look: Look, actor: Actor, now: datetime) -> None:
    """Nothing is written: the execution is cancelled and the question put again, with the diff where it moved."""
    row = look.execution
    with transaction.atomic():
        # before its execution, as whoever takes it back
        locks.take(Proposal.objects).values_list("pk").get(pk=row.proposal_id)
        moved = Execution.objects.filter(
            pk=row.pk, state=State.SCHEDULED, claimed_by=row.claimed_by, lease_epoch=row.lease_epoch
        ).update(state=State.CANCELLED, finished_at=now)
        if moved:
            _ask_again(row, look.observation if look.finding == "target" else None, actor, now)


def send_back_refused(*, row: Execution, observation: dict[str, Any], actor: Actor, now: datetime) -> None:
    """The target itself refused, because it is no longer as it was signed: nothing was written, and the question is put
    again as after a last look. In the transaction that recorded the refusal.
    """
    mine = Execution.objects.filter(pk=row.pk, lease_epoch=row.lease_epoch)
    if mine.filter(state=State.FAILED).update(state=State.SCHEDULED, due_at=now):
        mine.update(state=State.CANCELLED, finished_at=now, claimed_by=None, leased_until=None)
        _ask_again(row, observation, actor, now)


def _ask_again(row: Execution, fresh: dict[str, Any] | None, actor: Actor, now: datetime) -> None:
    """Before the reviewers once more: with the ``fresh`` target beside the signed one, or under a stricter policy."""
    proposal = Proposal.objects.select_related("policy").get(pk=row.proposal_id)
    changed: dict[str, Any] = {}
    if fresh is not None:
        observation = fresh | last_look.as_signed(proposal)
        digest = proposals.resign(proposal, proposal.arguments, observation)
        changed = {"observation": observation, "observed_at": now, "digest": digest}
    kind = "proposal.target_changed" if changed else "proposal.policy_changed"
    decisions.reopen(proposal=proposal, kind=kind, actor=actor, now=now, **changed)
    notice_occasions.sent_back(proposal=proposal, kind="sent_back" if changed else "stricter", now=now)
