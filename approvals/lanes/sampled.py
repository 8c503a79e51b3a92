"""What the weekly sample tells of a lane's drift: only what was drawn by lot from everything that passed by itself.

The other parts of the sample look where errors are likelier, and what is audited counts as an audit: neither may be
counted here as if chance had drawn it from the whole.
"""

from django.db.models import QuerySet

from approvals.lanes import watch
from approvals.models import Lane, SampleItem, Stay
from approvals.models.sample import State
from approvals.sampling import strata


def of_stay(stay: Stay, lane: Lane) -> QuerySet[SampleItem]:
    """Those that count for the stay, in the order in which they were settled."""
    rows = SampleItem.objects.filter(
        week__workspace=lane.workspace_id, state=State.SETTLED, settled_at__gte=stay.entered_at,
        through__contains=[strata.UNIFORM], proposal__lane=lane, proposal__agent_version=stay.agent_version,
        proposal__lane_audit__isnull=True,
    )  # fmt: skip
    return rows.order_by("settled_at")


def watched(*, item: SampleItem) -> tuple[Lane, str] | None:
    """Count a settled item under the lock of its lane: the lane, and the cause of a fall or empty. In the caller's
    transaction.
    """
    proposal = item.proposal
    if proposal is None or item.state != State.SETTLED or strata.UNIFORM not in item.through:
        return None
    if hasattr(proposal, "lane_audit") or proposal.reverses is not None:
        return None
    rows = Lane.objects.select_for_update(of=("self",), no_key=True).select_related("agent", "workspace")
    lane = rows.get(pk=proposal.lane_id)
    return lane, watch.sampled(lane=lane, proposal=proposal, wrong=bool(item.wrong))
