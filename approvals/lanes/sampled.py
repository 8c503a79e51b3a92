"""What the weekly sample tells of a lane's drift: only what was drawn by lot from everything that passed by itself
(`walked.by_lot`).
"""

from approvals import locks
from approvals.lanes import watch
from approvals.models import Lane, SampleItem
from approvals.models.sample import State
from approvals.sampling import strata


def watched(*, item: SampleItem) -> tuple[Lane, str] | None:
    """Count a settled item under the lock of its lane: the lane, and the cause of a fall or empty. In the caller's
    transaction.
    """
    proposal = item.proposal
    if proposal is None or item.state != State.SETTLED or strata.UNIFORM not in item.through:
        return None
    if hasattr(proposal, "lane_audit") or proposal.reverses is not None:
        return None
    rows = locks.take(Lane.objects).select_related("agent", "workspace")
    lane = rows.get(pk=proposal.lane_id)
    return lane, watch.sampled(lane=lane, proposal=proposal, wrong=bool(item.wrong))
