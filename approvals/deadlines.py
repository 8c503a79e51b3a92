"""Until when an answer is awaited, counted as its policy says: by the clock, or in the workspace's working hours."""

from datetime import datetime, timedelta

from approvals import hours, moments, wording
from approvals.models import Policy, Proposal, Workspace

NONE = timedelta()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def due(policy: Policy, workspace: Workspace, now: datetime) -> datetime:
    """When a question put now runs out."""
    if policy.working_hours:
        return hours.of_workspace(workspace).add(now, policy.patience)
    return now + policy.patience


def part(proposal: Proposal, now: datetime, share: float, *, working: bool | None = None) -> datetime:
    """When that share of the time an item has left will have passed. ``working`` counts working hours, unless the
    item has none left; what is not said, its policy says.
    """
    if proposal.policy.working_hours if working is None else working:
        clock = hours.of_workspace(proposal.workspace)
        left = clock.between(now, proposal.expires_at)
        if left > NONE:
            return clock.add(now, left * share)
    return now + (proposal.expires_at - now) * share


def words(proposal: Proposal, now: datetime) -> str:
    """How long it may still be answered: "40 min left", or "Due Monday 11:00, 6 working hours left"."""
    if not proposal.policy.working_hours:
        return f"{wording.spell(proposal.expires_at - now)} left"
    left = hours.of_workspace(proposal.workspace).between(now, proposal.expires_at)
    return f"Due {moments.near(proposal.expires_at, now)}, {working(left)} left"


def patience(policy: Policy) -> str:
    """How long an answer is awaited, as the policy counts."""
    return working(policy.patience) if policy.working_hours else wording.spell(policy.patience)


def working(length: timedelta) -> str:
    """An amount of working time: "40 working minutes", "6 working hours"."""
    count, noun = (length // HOUR, "hour") if length >= HOUR else (length // MINUTE, "minute")
    return f"{count} working {noun}{'' if count == 1 else 's'}"
