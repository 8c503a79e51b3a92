"""What surrounds every page of a workspace: where one is, who one is, and how much waits."""

from datetime import datetime
from functools import cache
from typing import Any

from approvals import wording
from approvals.models import Membership, Workspace
from approvals.telling import notices
from approvals.waiting import statements, view_counts


def around(member: Membership, now: datetime, counts: view_counts.Counts | None = None) -> dict[str, Any]:
    """Context for the rail of any page; ``counts`` when the page has counted already."""
    waiting = counts.mine if counts else view_counts.mine(member, now)
    return {
        "member": member,
        "workspace": member.workspace,
        "workspaces": workspaces(member.user_id),
        "rail": {
            "review_count": count_text(waiting),
            "notices": notices.unread_text(member),
        },
    }


def count_text(waiting: int) -> str:
    """What stands beside Review: small, and the same on every page."""
    return wording.capped(waiting, view_counts.FEW) if waiting else ""


def workspaces(user_id: int) -> list[Workspace]:
    """The workspaces a person belongs to, by name."""
    return statements.ask(_workspaces(), {statements.SEAT: user_id})


@cache
def _workspaces() -> statements.Kept[Workspace]:
    return statements.keep(Workspace.objects.filter(memberships__user=statements.SEAT).order_by("name")[:50])
