"""Holds: a lease on what is on a reviewer's screen, and on the next two. It runs out by itself and fences late tabs."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import ledger, locks, prepared
from approvals.actors import Actor
from approvals.models import Hold, Membership, Proposal
from approvals.telling import notices
from approvals.waiting import statements
from approvals.waiting.choosing import Choice

OPEN = timedelta(seconds=120)  # renewed by the page's heartbeat while somebody looks at it
AHEAD = timedelta(seconds=60)  # likewise for what is only prefetched
SHORTEST, LONGEST = timedelta(seconds=60), timedelta(minutes=15)
TIMES_USUAL = 3
TRIES = 4


class HeldByAnother(LookupError):
    """A colleague has it on the screen: wait for them, or take it over."""

    def __init__(self, hold: Hold):
        super().__init__(f"{hold.proposal_id} is held by {hold.reviewer_id}")
        self.hold = hold


# One's own hold keeps its epoch; one that ran out may be had by anybody, under a new one.
TAKE = """
INSERT INTO approvals_hold AS held (proposal_id, reviewer_id, epoch, taken_at, until, opened_at)
SELECT next.id, %(reviewer)s, nextval('approvals_hold_epoch'), %(now)s, %(until)s, %(opened)s FROM next
ORDER BY next.id  -- whoever takes several takes them in one order: two who want the same wait, and never for each other
ON CONFLICT (proposal_id) DO UPDATE SET
  reviewer_id = excluded.reviewer_id,
  epoch = CASE WHEN held.reviewer_id = excluded.reviewer_id THEN held.epoch ELSE excluded.epoch END,
  taken_at = CASE WHEN held.reviewer_id = excluded.reviewer_id THEN held.taken_at ELSE excluded.taken_at END,
  opened_at = CASE WHEN held.reviewer_id = excluded.reviewer_id THEN coalesce(held.opened_at, excluded.opened_at)
                   ELSE excluded.opened_at END,
  until = excluded.until
  WHERE held.until <= excluded.taken_at OR held.reviewer_id = excluded.reviewer_id OR %(anyway)s
RETURNING held.proposal_id, held.epoch"""
CLAIM = f"""
WITH next AS ({{rows}} FOR NO KEY UPDATE OF approvals_proposal SKIP LOCKED), taken AS ({TAKE})
SELECT next.id, taken.epoch FROM next LEFT JOIN taken ON taken.proposal_id = next.id"""  # noqa: S608
TURN = "SELECT pg_advisory_xact_lock(%s, %s)"
DESK = 0x4445534B
ONE = f"WITH next AS (SELECT %(proposal)s::uuid AS id) {TAKE}"
RELEASE = "DELETE FROM approvals_hold WHERE proposal_id = %s AND reviewer_id = %s"
LET_GO = """
DELETE FROM approvals_hold WHERE proposal_id IN (SELECT proposal_id FROM approvals_hold
  WHERE proposal_id = ANY(%s::uuid[]) AND reviewer_id = %s ORDER BY proposal_id FOR UPDATE)"""
NAME = "flow_%d"


def claim(
    *, member: Membership, rows: Choice, want: int, now: datetime, besides: Iterable[UUID] = ()
) -> dict[UUID, int]:
    """Take up to ``want`` of these rows, in their order, each time in one statement; returns epochs by proposal.

    ``rows`` are of what is offered to the member. Two reviewers never get the same one: rows somebody is claiming are
    skipped, and a hold that was committed meanwhile is not taken over. One's own prefetched rows are found again; what
    one has open elsewhere is not. ``besides`` are left out.
    """
    got: dict[UUID, int] = {}
    beaten = set(besides)
    for _ in range(TRIES):
        if len(got) >= want:
            break
        tried = _claim(rows.first(want - len(got), [*beaten, *got]), member, now)
        got |= {pk: epoch for pk, epoch in tried.items() if epoch is not None}
        lost = tried.keys() - got.keys()
        if not lost:
            break
        beaten |= lost
    return got


def _claim(chosen: statements.Built | None, member: Membership, now: datetime) -> dict[UUID, int | None]:
    """One statement, and one at a time of all pages a person has: else one of them would pass over what another is
    claiming, and the person over the most urgent. None as the epoch: a colleague was quicker by a moment.
    """
    if chosen is None:
        return {}
    text, given = chosen
    named = {NAME % number: value for number, value in enumerate(given)}
    text = text.replace("%%", "%%%%") % tuple(f"%({name})s" for name in named)
    told = _told(member, now, until=now + AHEAD) | named
    with transaction.atomic(savepoint=False), prepared.cursor() as cursor:
        cursor.execute(TURN, [DESK, member.user_id % 2**31])
        cursor.execute(CLAIM.format(rows=text), told)
        return dict(cursor.fetchall())


def open_one(
    *, proposal_id: UUID, member: Membership, now: datetime, length: timedelta = OPEN, anyway: bool = False
) -> int | None:
    """It is on the member's screen from now on: hold it so long. None while a colleague holds it, unless ``anyway``.

    The caller has made sure that the member may answer it.
    """
    told = _told(member, now, until=now + length, opened=now, anyway=anyway) | {"proposal": proposal_id}
    with transaction.atomic(savepoint=False), prepared.cursor() as cursor:
        cursor.execute(ONE, told)
        row = cursor.fetchone()
    return int(row[1]) if row else None


def _told(
    member: Membership,
    now: datetime,
    *,
    until: datetime,
    opened: datetime | None = None,
    anyway: bool = False,
) -> dict[str, Any]:
    return {"reviewer": member.user_id, "now": now, "until": until, "opened": opened, "anyway": anyway}


def take_over(*, proposal: Proposal, member: Membership, actor: Actor, now: datetime) -> int:
    """Move a colleague's hold to oneself, on record; nothing to record where nobody holds it. Returns the epoch."""
    with transaction.atomic():
        held = locks.take(Hold.objects).filter(proposal=proposal, until__gt=now).first()
        before = held.reviewer_id if held else member.user_id
        epoch = open_one(proposal_id=proposal.pk, member=member, now=now, anyway=True)
        if before != member.user_id:
            ledger.append(
                workspace_id=proposal.workspace_id, kind="hold.taken_over", actor=actor, at=now,
                proposal=proposal.pk, data={"from": f"user:{before}", "epoch": epoch},
            )  # fmt: skip
            notices.tell(
                workspace_id=proposal.workspace_id, users=[before], kind="taken_over", now=now, proposal=proposal,
                by=member.user_id,
            )  # fmt: skip
    return epoch or 0


def live(proposal: Proposal, now: datetime) -> Hold | None:
    """Who has it on the screen, or next in line."""
    return statements.first(_live(), {statements.ITEM: proposal.pk, statements.NOW: now})


def asked(proposal: Proposal, now: datetime) -> statements.Built:
    """What `live` asks."""
    return statements.meant(_live().built, {statements.ITEM: proposal.pk, statements.NOW: now})


@cache
def _live() -> statements.Kept[Hold]:
    rows = Hold.objects.select_related("reviewer")
    return statements.keep(rows.filter(proposal=statements.ITEM, until__gt=statements.NOW))


def check(proposal: Proposal, member: Membership, now: datetime) -> None:
    """Raises `HeldByAnother` while a colleague's hold lives."""
    held = live(proposal, now)
    if held is not None and held.reviewer_id != member.user_id:
        raise HeldByAnother(held)


def renew(*, member: Membership, epochs: Mapping[UUID, int], now: datetime) -> set[UUID]:
    """Keep prefetched holds for another while, under the epochs the page knows; returns which are still one's own."""
    if not epochs:
        return set()
    with transaction.atomic():
        mine = Hold.objects.filter(reviewer=member.user_id, epoch__in=list(epochs.values()))
        kept = set(locks.take(mine).order_by("pk").values_list("pk", flat=True))  # in one order, as in `TAKE`
        Hold.objects.filter(pk__in=kept, opened_at__isnull=True).update(until=now + AHEAD)
    return kept & epochs.keys()


def release(*, proposal: Proposal, member: Membership) -> None:
    """Let one's own hold go: it was answered, or is not looked at any more."""
    with prepared.cursor() as cursor:
        cursor.execute(RELEASE, [proposal.pk, member.user_id])


def let_go(*, member: Membership, proposals: Iterable[UUID]) -> None:
    """Let one's own holds on these go: the page has moved on without answering."""
    left = [str(pk) for pk in proposals]
    if left:
        with prepared.cursor() as cursor:
            cursor.execute(LET_GO, [left, member.user_id])


def length_for(member: Membership) -> timedelta:
    """How long an open item is held between two heartbeats: three times what three in four answers took lately."""
    with prepared.cursor() as cursor:
        cursor.execute(USUAL, [member.user_id])
        row = cursor.fetchone()
    usual = timedelta(milliseconds=float(row[0])) if row and row[0] is not None else OPEN / TIMES_USUAL
    return min(max(TIMES_USUAL * usual, SHORTEST), LONGEST)


USUAL = """
SELECT percentile_disc(0.75) WITHIN GROUP (ORDER BY seen_ms) FROM (
  SELECT exposure.seen_ms FROM approvals_decision decision
  JOIN approvals_exposure exposure ON exposure.decision_id = decision.id
  WHERE decision.reviewer_id = %s ORDER BY decision.decided_at DESC LIMIT 40) lately
"""


def forget(*, now: datetime, many: int = 1000) -> int:
    """Delete holds that ran out a while ago. Returns how many."""
    lapsed = Hold.objects.filter(until__lt=now - timedelta(hours=1))
    with transaction.atomic():
        gone = locks.take(lapsed, skip=True).values_list("pk", flat=True)[:many]
        return Hold.objects.filter(pk__in=list(gone)).delete()[0]
