"""Which proposals are put to whom: what waits, what a member may answer, and what is offered to them now."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.models import Aside, Assignment, Cover, Decision, Hold, Membership, Policy, Proposal
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
    return waiting(member, now).filter(is_answerable(member, now))


def offered(member: Membership, now: datetime) -> QuerySet[Proposal]:
    """What is put to the member: answerable, not on another's screen, not set aside, not given to somebody else."""
    if not member.may(Role.REVIEWER):
        return Proposal.objects.none()
    return waiting(member, now).filter(is_offered(member, now))


def is_answerable(member: Membership, now: datetime) -> Q:
    """`answerable` as a condition on what waits. The member is a reviewer."""
    user = member.user_id
    here = Decision.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round"))
    answered = here.filter(Q(reviewer=user) | Q(covering=user))  # themselves, or a stand-in for them
    return (
        Q(observed_at__isnull=False)
        & ~Q(policy__in=_closed(member, now))
        & ~Q(proposed_by_id__isnull=False, proposed_by=user)
        & ~Q(excluded_reviewers__contains=[user])
        & Q(~Exists(answered))
    )


def is_offered(member: Membership, now: datetime) -> Q:
    """`offered` as a condition on what waits. The member is a reviewer."""
    return (
        is_answerable(member, now)
        & Q(~Exists(held_by_others(member, now)))
        & Q(~Exists(set_aside(member, now)))
        & Q(~Exists(given_to_others(member, now)))
    )


def held_by_others(member: Membership, now: datetime) -> QuerySet[Hold]:
    """Live holds of other people, for a subquery over proposals."""
    return Hold.objects.filter(proposal=OuterRef("pk"), until__gt=now).exclude(reviewer=member.user_id)


def set_aside(member: Membership, now: datetime) -> QuerySet[Aside]:
    """The member's own "not now", for a subquery over proposals."""
    return Aside.objects.filter(proposal=OuterRef("pk"), reviewer=member.user_id, until__gt=now)


def given_to(member: Membership, now: datetime) -> QuerySet[Assignment]:
    """What colleagues gave to the member, or to somebody they stand in for, for a subquery over proposals."""
    return _given(now).filter(_theirs(member, now))


def given_to_others(member: Membership, now: datetime) -> QuerySet[Assignment]:
    """What somebody else was given, for a subquery over proposals."""
    return _given(now).exclude(_theirs(member, now))


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


def _closed(member: Membership, now: datetime) -> QuerySet[Policy, int]:
    """Policies that name others. Few and asked for once: joined, they mislead the planner about what is left."""
    named = Policy.objects.filter(workspace_id=member.workspace_id).exclude(reviewers=[])
    return named.exclude(
        Q(reviewers__contains=[member.user_id]) | Q(reviewers__overlap=_away(member, now))
    ).values_list("pk", flat=True)


def _given(now: datetime) -> QuerySet[Assignment]:
    return Assignment.objects.filter(proposal=OuterRef("pk"), until__gt=now)


def _theirs(member: Membership, now: datetime) -> Q:
    return Q(to__contains=[member.user_id]) | Q(to__overlap=_away(member, now))


def _away(member: Membership, now: datetime) -> QuerySet[Cover, int]:
    """Whom the member stands in for (`covers.stood_in_for`), left to the database: no query of its own."""
    return Cover.objects.filter(
        workspace_id=member.workspace_id, stand_in=member.user_id, starts_at__lte=now, ends_at__gt=now
    ).values_list("away", flat=True)
