"""How many approvals in a row somebody has given, without one edit, no or hand-over between them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from approvals.models import Decision, Workspace
from approvals.models.decision import Verdict


def length(verdicts: Iterable[str]) -> int:
    """Newest first: how many approvals before anything else."""
    count = 0
    for verdict in verdicts:
        if verdict != Verdict.APPROVE:
            break
        count += 1
    return count


def of(user_id: int, workspace: Workspace, most: int) -> int:
    """The streak somebody is in, counted up to ``most``. Walks the index of their own answers."""
    latest = Decision.objects.filter(reviewer=user_id, proposal__workspace=workspace).order_by("-decided_at")
    return length(latest.values_list("verdict", flat=True)[:most])


def of_active(workspace: Workspace, reviewers: Sequence[int], since: datetime, most: int) -> list[int]:
    """The streaks of those who have answered since."""
    active = Decision.objects.filter(
        reviewer__in=reviewers, decided_at__gt=since, proposal__workspace=workspace
    ).order_by()
    return [of(user, workspace, most) for user in active.values_list("reviewer", flat=True).distinct()[:50]]
