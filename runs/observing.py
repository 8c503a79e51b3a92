"""A worker reads the target of every new proposal before a reviewer is shown it, and approves what policy lets pass."""

from concurrent.futures import Executor
from datetime import datetime

from approvals import decisions, gates, proposals, tools
from approvals.actors import Actor, policy
from approvals.models import Proposal
from approvals.models.proposal import State
from runs import calling

BATCH = 50


def observe_new(*, threads: Executor, actor: Actor, now: datetime) -> int:
    """Observe a batch of proposals nobody has read the target for, oldest first. Returns how many."""
    waiting = list(
        Proposal.objects.select_related("workspace", "policy")
        .filter(state=State.PENDING, observed_at__isnull=True)
        .order_by("created_at")[:BATCH]
    )
    seen = threads.map(
        lambda row: calling.observe(tools.get(row.tool), row.arguments, row.workspace.slug), waiting
    )
    for row, observation in zip(waiting, seen, strict=True):
        try:
            proposals.record_observation(proposal=row, observation=observation, actor=actor, now=now)
        except proposals.AlreadySettled:
            continue
        if row.ruling == gates.ALLOW and not observation.get("error"):
            _let_pass(row, now)
    return len(waiting)


def let_pass_unobserved(*, now: datetime) -> int:
    """Approve what every gate allowed and needs no observation. Returns how many."""
    rows = Proposal.objects.filter(
        state=State.PENDING, ruling=gates.ALLOW, round=1, shadow=False, observed_at__isnull=False,
        observation__isnull=True, expires_at__gt=now,
    ).order_by("created_at")[:BATCH]  # fmt: skip
    return sum(_let_pass(row, now) for row in rows)


def _let_pass(row: Proposal, now: datetime) -> int:
    try:
        decisions.approve_by_policy(proposal=row, actor=policy(row.policy_id), now=now)
    except (proposals.AlreadySettled, decisions.NotYourDecision, decisions.NotReady):
        return 0
    return 1
