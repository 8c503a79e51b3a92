"""A worker reads the target of every new proposal before a reviewer is shown it, and approves what policy lets pass."""

from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from approvals import decisions, gates, proposals, tools
from approvals.actors import Actor, policy
from approvals.models import Proposal
from approvals.models.proposal import State
from runs import calling
from runs.threads import answers

BATCH = 50
PAUSE = timedelta(seconds=10)  # between two looks at a target that is away
LONGEST_LOOK = 10.0  # seconds that others are kept waiting by one target
PATIENCE = timedelta(minutes=10)  # the age at which a proposal is shown to reviewers without its target

# When to look again, by proposal. Each worker keeps its own: a look too many harms nobody, and none is forgotten.
_later: dict[UUID, datetime] = {}


def observe_new(*, threads: Executor, actor: Actor, now: datetime) -> int:
    """Observe a batch of proposals nobody has read the target for, oldest first. Returns how many were looked at.

    Where the target is away the proposal waits, behind all others, until it is older than `PATIENCE`.
    """
    waiting = _next(now)
    looks: list[Future[dict[str, Any] | tools.Transient]] = [threads.submit(_look, row) for row in waiting]
    told = answers(looks, seconds=LONGEST_LOOK)
    for row, seen in zip(waiting, told, strict=True):
        if seen is None:  # one target that hangs holds up no other
            seen = tools.Transient("integration.timeout", "The target did not answer in time")
        if isinstance(seen, tools.Transient):
            if row.created_at > now - PATIENCE:
                _later[row.pk] = now + PAUSE
                continue
            seen = calling.unread(seen)
        _keep(row, seen, actor, now)
    return len(waiting)


def _next(now: datetime) -> list[Proposal]:
    for pk in [pk for pk, at in _later.items() if at <= now]:
        del _later[pk]
    new = Proposal.objects.select_related("workspace", "policy").filter(
        state=State.PENDING, observed_at__isnull=True
    )
    return list(new.exclude(pk__in=list(_later)).order_by("created_at")[:BATCH])


def _look(row: Proposal) -> dict[str, Any] | tools.Transient:
    try:
        return calling.observe_or_wait(
            tools.get(row.tool, row.tool_version), row.arguments, row.workspace.slug
        )
    except tools.Transient as trouble:
        return trouble


def _keep(row: Proposal, seen: dict[str, Any], actor: Actor, now: datetime) -> None:
    moved = _moved_since(row, seen)
    if moved:
        seen = seen | {"notes": [*seen["notes"], "The target is no longer as the agent saw it"]}
    try:
        proposals.record_observation(proposal=row, observation=seen, actor=actor, now=now)
    except proposals.AlreadySettled:
        return
    if row.ruling == gates.ALLOW and not seen.get("error") and not moved:
        _let_pass(row, now)


def _moved_since(row: Proposal, seen: dict[str, Any]) -> bool:
    """Whether the agent said which version of the target it had in mind, and the target shows another."""
    wanted = (row.precondition or {}).get("version")
    return bool(wanted) and bool(seen.get("version")) and wanted != seen["version"]


def let_pass_unobserved(*, now: datetime) -> int:
    """Approve what every gate allowed and needs no observation. Returns how many."""
    rows = Proposal.objects.filter(
        state=State.PENDING, ruling=gates.ALLOW, round=1, shadow=False, observed_at__isnull=False,
        observation__isnull=True, expires_at__gt=now, drill=False,
    ).order_by("created_at")[:BATCH]  # fmt: skip
    return sum(_let_pass(row, now) for row in rows)


def _let_pass(row: Proposal, now: datetime) -> int:
    try:
        decisions.approve_by_policy(proposal=row, actor=policy(row.policy_id), now=now)
    except (proposals.AlreadySettled, decisions.NotYourDecision, decisions.NotReady):
        return 0
    return 1
