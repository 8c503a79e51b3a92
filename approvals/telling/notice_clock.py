"""What the tick tells: whose items run out within the hour. A few people at a time, each at most once an hour."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from approvals import switches
from approvals.models import Membership, Notice, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.telling import notices
from approvals.waiting.offers import offered

SOON = timedelta(hours=1)
LOOKED_THROUGH = 1000  # of what runs out soonest, wherever
PEOPLE_AT_ONCE = 20


def tell_due_soon(*, now: datetime) -> int:
    """Tell people whose queue holds what runs out soon. Returns how many were told."""
    running_out = Proposal.objects.filter(
        switches.is_running(),
        state=State.PENDING,
        expires_at__gt=now,
        expires_at__lte=now + SOON,
        drill=False,
    )
    workspaces = set(running_out.order_by("expires_at").values_list("workspace", flat=True)[:LOOKED_THROUGH])
    told = 0
    for member in _untold(workspaces, now) if workspaces else ():
        due = offered(member, now).filter(expires_at__lte=now + SOON, drill=False).order_by("expires_at")
        found = list(due.only("id")[: notices.CAP + 1])
        if found:
            told += notices.tell(
                workspace_id=member.workspace_id, users=[member.user_id], kind="due_soon", now=now,
                proposal=found[0], count=len(found),
            )  # fmt: skip
    return told


def _untold(workspaces: set[int], now: datetime) -> QuerySet[Membership]:
    """Drawn by lot, so that everybody comes to their turn in a company of any size."""
    lately = Notice.objects.filter(
        user=OuterRef("user"), workspace=OuterRef("workspace"), kind="due_soon", created_at__gt=now - SOON
    )
    reviewers = Membership.objects.filter(
        workspace__in=workspaces, roles__contains=[Role.REVIEWER], user__is_active=True
    )
    return reviewers.filter(~Exists(lately)).select_related("workspace").order_by("?")[:PEOPLE_AT_ONCE]
