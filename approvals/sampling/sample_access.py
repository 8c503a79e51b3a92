"""The only ways to a sample on somebody's behalf: what is another workspace's does not exist."""

from django.http import Http404

from approvals.models import Membership, SampleItem, SampleWeek

WEEKS = 26


def item(member: Membership, pk: int) -> SampleItem:
    """Something drawn in the member's workspace. Raises `Http404`."""
    rows = SampleItem.objects.select_related("week__workspace", "proposal")
    found = rows.filter(pk=pk, week__workspace=member.workspace_id).first()
    if found is None:
        raise Http404("no such sample")
    return found


def weeks(member: Membership) -> list[SampleWeek]:
    """The latest half a year of the member's workspace, newest first."""
    rows = SampleWeek.objects.filter(workspace=member.workspace_id).select_related("workspace", "resumed_by")
    return list(rows.order_by("-monday")[:WEEKS])
