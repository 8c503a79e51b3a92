"""Which proposals are put to whom: what waits, what a member may answer, and what is offered to them now."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals import covers
from approvals.models import Aside, Assignment, Decision, Hold, Membership, Proposal
from approvals.models.decision import SIGNATURES
from approvals.models.proposal import State
from approvals.models.workspace import Role

DEADLINE, RISK, MONEY = "deadline", "risk", "money"
ORDERS = {  # each walks an index of its own; less is more urgent in every column
    DEADLINE: ("expires_at", "risk_rank", "stake", "id"),
    RISK: ("risk_rank", "expires_at", "stake", "id"),
    MONEY: ("stake", "expires_at", "risk_rank", "id"),
}


def waiting(member: Membership, now: datetime) -> QuerySet[Proposal]:
    """Everything nobody has settled, in the workspace."""
    return Proposal.objects.filter(
        workspace_id=member.workspace_id, state=State.PENDING, expires_at__gt=now
    )  # fmt: skip


def answerable(member: Membership, now: datetime) -> QuerySet[Proposal]:
    """What the member may answer now: read by the worker, not their own, not answered by them this round."""
    if not member.may(Role.REVIEWER):
        return Proposal.objects.none()
    user = member.user_id
    seats = [user, *covers.stood_in_for(member, now)]
    answered = Decision.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round"), reviewer=user)
    return (
        waiting(member, now)
        .filter(observed_at__isnull=False)
        .filter(Q(policy__reviewers=[]) | Q(policy__reviewers__overlap=seats))
        .exclude(proposed_by_id__isnull=False, proposed_by=user)
        .exclude(excluded_reviewers__contains=[user])
        .filter(~Exists(answered))
    )


def offered(member: Membership, now: datetime) -> QuerySet[Proposal]:
    """What is put to the member: answerable, not on another's screen, not set aside, not given to somebody else."""
    seats = [member.user_id, *covers.stood_in_for(member, now)]
    return answerable(member, now).filter(
        ~Exists(held_by_others(member, now)),
        ~Exists(set_aside(member, now)),
        ~Exists(Assignment.objects.filter(proposal=OuterRef("pk"), until__gt=now).exclude(to__overlap=seats)),
    )


def held_by_others(member: Membership, now: datetime) -> QuerySet[Hold]:
    """Live holds of other people, for a subquery over proposals."""
    return Hold.objects.filter(proposal=OuterRef("pk"), until__gt=now).exclude(reviewer=member.user_id)


def set_aside(member: Membership, now: datetime) -> QuerySet[Aside]:
    """The member's own "not now", for a subquery over proposals."""
    return Aside.objects.filter(proposal=OuterRef("pk"), reviewer=member.user_id, until__gt=now)


def signed_once() -> Exists:
    """Somebody has signed what is on the table."""
    return Exists(
        Decision.objects.filter(
            proposal=OuterRef("pk"),
            round=OuterRef("round"),
            digest=OuterRef("digest"),
            verdict__in=SIGNATURES,
        )
    )
