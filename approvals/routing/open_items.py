"""The lock under which an item is set aside or given away: it waits, there is time, and the member may answer it."""

from datetime import datetime

from approvals import decisions, locks
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.proposals import AlreadySettled


def lock(proposal: Proposal, member: Membership, now: datetime) -> Proposal:
    """The row as it is now, held until the end of the caller's transaction.

    Raises `AlreadySettled`, `decisions.TooLate`, `decisions.NotYourDecision`.
    """
    row = (
        locks.take(Proposal.objects)
        .select_related("policy", "workspace")
        .get(pk=proposal.pk, workspace_id=member.workspace_id)
    )
    if row.state != State.PENDING:
        raise AlreadySettled(row)
    if row.expires_at <= now:
        raise decisions.TooLate(row.public_id)
    if not decisions.may_decide(row, member, now):
        raise decisions.NotYourDecision(row.public_id)
    return row
