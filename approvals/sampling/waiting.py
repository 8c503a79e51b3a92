"""What of the samples waits for one judge: by lot, so that nothing tells a second judgement from a first."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from approvals.models import Decision, Membership, SampleItem, SampleVerdict
from approvals.models.sample import OPEN


def of(member: Membership) -> QuerySet[SampleItem]:
    """Everything open that the member may judge, in the order of the lot."""
    own = Decision.objects.filter(proposal=OuterRef("proposal"), reviewer=member.user_id)
    judged = SampleVerdict.objects.filter(item=OuterRef("pk"), judge=member.user_id)
    rows = SampleItem.objects.filter(
        week__workspace=member.workspace_id, week__closed_at__isnull=True, state__in=OPEN
    ).select_related("week__workspace", "proposal")
    others = rows.exclude(proposal__proposed_by=member.user_id).exclude(Exists(own)).exclude(Exists(judged))
    return others.order_by("pk")


def next_of(member: Membership, after: int = 0) -> SampleItem | None:
    """The next to judge: behind ``after``, which was put off or has just been judged, and at the end from the start."""
    rows = of(member)
    return rows.filter(pk__gt=after).first() or rows.first()


def count(member: Membership, now: datetime) -> int:
    """How many wait for the member, of those that have not lapsed."""
    return of(member).filter(week__due_at__gt=now).count()
