"""What was given to whom: the assignment that holds for an item now, and its end by an answer or by time."""

from datetime import datetime
from functools import cache

from approvals import prepared
from approvals.models import Assignment, Decision, Proposal
from approvals.models.proposal import State
from approvals.waiting import statements

_ANSWERED = """
DELETE FROM approvals_assignment WHERE proposal_id = %s AND "to" && %s::integer[]
"""


def current(proposal: Proposal, now: datetime) -> Assignment | None:
    """To whom alone the item is offered at this moment, if to somebody."""
    return statements.first(_current(), {statements.ITEM: proposal.pk, statements.NOW: now})


def asked(proposal: Proposal, now: datetime) -> statements.Built:
    """What `current` asks."""
    return statements.meant(_current().built, {statements.ITEM: proposal.pk, statements.NOW: now})


@cache
def _current() -> statements.Kept[Assignment]:
    rows = Assignment.objects.select_related("assigned_by")
    return statements.keep(rows.filter(proposal=statements.ITEM, until__gt=statements.NOW))


def answered(*, proposal: Proposal, decision: Decision) -> None:
    """One of those it was given to has answered: whoever else must sign is everybody's question again."""
    seats = [pk for pk in (decision.reviewer_id, decision.covering_id) if pk is not None]
    with prepared.cursor() as cursor:
        cursor.execute(_ANSWERED, [proposal.pk, seats])


def forget(*, now: datetime, many: int = 1000) -> int:
    """Delete what has run out: everybody is offered it again, and for items settled it means nothing."""
    settled = Assignment.objects.filter(until__lt=now).exclude(proposal__state=State.PENDING)
    gone = list(settled.values_list("pk", flat=True)[:many])
    return Assignment.objects.filter(pk__in=gone).delete()[0]
