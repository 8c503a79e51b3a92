"""The only ways to fetch a lane or an audit on somebody's behalf. What is not yours does not exist: 404."""

from django.http import Http404

from approvals import access
from approvals.models import Lane, LaneAudit, Membership

LONGEST = 2**63


def lane(member: Membership, number: int) -> Lane:
    """A lane of the member's workspace. Raises `Http404`."""
    rows = Lane.objects.select_related("agent", "calibrator").filter(workspace_id=member.workspace_id)
    found = rows.filter(pk=number).first() if number < LONGEST else None
    if found is None:
        raise Http404("no such lane")
    found.workspace = found.agent.workspace = member.workspace
    return found


def audit(member: Membership, public_id: str) -> LaneAudit:
    """An audit of the member's workspace, by its proposal. Raises `Http404`."""
    rows = LaneAudit.objects.select_related("proposal__agent", "proposal__policy", "proposal__lane", "lane")
    found = rows.filter(pk=access.identifier("proposal", public_id), workspace_id=member.workspace_id).first()
    if found is None:
        raise Http404("no such audit")
    found.workspace = found.proposal.workspace = found.proposal.agent.workspace = member.workspace
    return found
