"""Holds: a lease on what is on a reviewer's screen, and on the next two. It runs out by itself and fences late tabs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet

from approvals.models import Hold, Membership, Proposal

OPEN = timedelta(seconds=120)  # renewed by the page's heartbeat while somebody looks at it
AHEAD = timedelta(seconds=60)  # likewise for what is only prefetched


class HeldByAnother(LookupError):
    """A colleague has it on the screen: wait for them, or take it over."""

    def __init__(self, hold: Hold):
        super().__init__(f"{hold.proposal_id} is held by {hold.reviewer_id}")
        self.hold = hold


CLAIM = """
WITH next AS ({rows} FOR UPDATE OF approvals_proposal SKIP LOCKED)
INSERT INTO approvals_hold AS held (proposal_id, reviewer_id, epoch, taken_at, until)
SELECT next.id, %s, nextval('approvals_hold_epoch'), %s, %s FROM next
ON CONFLICT (proposal_id) DO UPDATE SET reviewer_id = excluded.reviewer_id, epoch = excluded.epoch,
  taken_at = excluded.taken_at, until = excluded.until, opened_at = NULL
  WHERE held.until <= excluded.taken_at
RETURNING held.proposal_id, held.epoch
"""


def claim(
    *, member: Membership, rows: QuerySet[Proposal], want: int, now: datetime, besides: Iterable[UUID] = ()
) -> dict[UUID, int]:
    """Take up to ``want`` of these rows, in their order, in one statement; returns epochs by proposal.

    ``rows`` come from `offers.offered`, ordered. Two reviewers never get the same one: rows somebody is claiming are
    skipped, and a hold that was committed meanwhile is not taken over. ``besides`` are left out.
    """
    if want <= 0:
        return {}
    chosen = rows.exclude(pk__in=list(besides)).exclude(hold__until__gt=now).values("id")[:want]
    text, parameters = chosen.query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM.format(rows=text), [*parameters, member.user_id, now, now + AHEAD])
        return dict(cursor.fetchall())


def check(proposal: Proposal, member: Membership, now: datetime) -> None:
    """Raises `HeldByAnother` while a colleague's hold lives."""
    held = Hold.objects.select_related("reviewer").filter(proposal=proposal, until__gt=now).first()
    if held is not None and held.reviewer_id != member.user_id:
        raise HeldByAnother(held)


def renew(*, member: Membership, epochs: dict[UUID, int], now: datetime) -> set[UUID]:
    """Keep these holds for another while, under the epochs the page knows; returns which are still one's own."""
    mine = Hold.objects.filter(reviewer=member.user_id, epoch__in=list(epochs.values()))
    mine.update(until=now + AHEAD)
    mine.filter(opened_at__isnull=False).update(until=now + OPEN)
    return set(mine.filter(until=F("until")).values_list("proposal", flat=True))


def release(*, proposal: Proposal, member: Membership) -> None:
    """Let one's own hold go: it was answered, or is not looked at any more."""
    Hold.objects.filter(proposal=proposal, reviewer=member.user_id).delete()


def forget(*, now: datetime, many: int = 1000) -> int:
    """Delete holds that ran out a while ago. Returns how many."""
    gone = Hold.objects.filter(until__lt=now - timedelta(hours=1)).values("pk")[:many]
    return Hold.objects.filter(pk__in=list(gone)).delete()[0]
