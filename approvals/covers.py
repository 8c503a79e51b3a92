"""Out of office: who stands in for whom. Cover lends the seat of somebody absent; it grants no role."""

from datetime import datetime

from approvals.models import Cover, Membership, Proposal


def stood_in_for(member: Membership, now: datetime) -> list[int]:
    """The user ids the member stands in for at this moment. Not transitive: a stand-in who is away hands nothing on."""
    return list(
        Cover.objects.filter(
            workspace_id=member.workspace_id, stand_in=member.user_id, starts_at__lte=now, ends_at__gt=now
        ).values_list("away", flat=True)
    )


def lender(proposal: Proposal, member: Membership, now: datetime) -> int | None:
    """Whose seat the member may take for this proposal: somebody named by its policy, away, with no stake in it, who
    has not answered this round themselves. None when nobody lends one.
    """
    named = proposal.policy.reviewers
    for away in stood_in_for(member, now) if named else []:
        own = away == proposal.proposed_by_id or away in proposal.excluded_reviewers
        if away in named and not own and not _has_answered(proposal, away):
            return away
    return None


def _has_answered(proposal: Proposal, user_id: int) -> bool:
    """Themselves, or by another who stood in for them."""
    here = proposal.decisions.filter(round=proposal.round)
    return here.filter(reviewer=user_id).exists() or here.filter(covering=user_id).exists()
