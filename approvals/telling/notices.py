"""Notices: what a person should know next time they look. Each leads to a page; none decides anything.

Told in the transaction that makes it true, by one statement that waits for nobody: where a notice gathers several, the
unread one gives way to one that counts them all, and a notice somebody is just reading is left alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from approvals import prepared
from approvals.models import Membership, Notice, Proposal
from approvals.waiting import statements

QUEUE, SECOND, HOURS, PEOPLE = "queue", "second", "hours", "people"
CASES, CHANNELS, TEAMS, SAMPLES = "cases", "channels", "teams", "samples"
CAP = 99  # what the count beside a person's name says at most
KEPT = timedelta(days=90)
MOST = 500  # of one person in one workspace
FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True)
class Kind:
    """``one`` and ``many`` are sentences about {by}, {what} and {count}; with ``many``, notices of this kind gather."""

    one: str
    many: str = ""
    leads: str = QUEUE  # to where, when there is no one item
    tone: str = ""
    restates: bool = False  # the newest count stands, not the sum


KINDS = {
    "assigned": Kind("{by} gave you {what}", "Colleagues gave you {count} items", tone="info"),
    "given_back": Kind("{by} gave back {what}", "Colleagues gave back {count} items"),
    "taken_over": Kind("{by} took over what you had open: {what}"),
    "cover_began": Kind("You stand in for {by} from today", leads=HOURS, tone="info"),
    "sent_back": Kind("What you signed changed before it ran, and waits again: {what}", tone="ask"),
    "stricter": Kind("Policy became stricter than what you signed, and it waits again: {what}", tone="ask"),
    "overturned": Kind("What you signed was undone: {what}", tone="stop"),
    "second_wanted": Kind(
        "A second signature is wanted: {what}", "{count} second signatures are wanted", SECOND, tone="sign"
    ),
    "due_soon": Kind(
        "Runs out within the hour: {what}", "{count} items run out within the hour", tone="ask", restates=True
    ),
    "expired": Kind("Ran out while you had it open: {what}", "{count} items ran out while you had them open"),
    "case_called": Kind(
        "You are called to a case", "You were called to cases {count} times", CASES, tone="ask"
    ),
    "case_reminder": Kind(
        "A case you took is yours for a little longer only",
        "{count} cases you took run out soon",
        CASES,
        tone="ask",
    ),
    "case_unheard": Kind(
        "A call about a case reached nobody", "Calls about {count} cases reached nobody", CASES, tone="stop"
    ),
    "channel_failing": Kind(
        "Nothing arrives through a channel any more",
        "Nothing arrives through {count} channels",
        CHANNELS,
        tone="stop",
    ),
    "duty_given": Kind("{by} put you on duty in a team", leads=TEAMS, tone="info"),
    "sample_drawn": Kind(
        "Of last week’s work one thing waits to be judged",
        "Of last week’s work {count} things wait to be judged",
        SAMPLES,
        tone="info",
        restates=True,
    ),
    "letters_failing": Kind(
        "A letter to {by} could not be delivered",
        "{count} letters could not be delivered",
        PEOPLE,
        tone="stop",
    ),
}


class UnknownNotice(ValueError):
    """The kind is not in `KINDS`. Every notice has a sentence there."""


# A notice gathers what the unread ones before it said; one that is locked this moment stays, and is gathered next time.
_TELL = """
WITH asked AS (
    SELECT member.user_id FROM approvals_membership AS member
    WHERE member.workspace_id = %(workspace)s AND member.user_id IN ({users})
), gathered AS (
    DELETE FROM approvals_notice WHERE id IN (
        SELECT id FROM approvals_notice
        WHERE %(gathers)s AND workspace_id = %(workspace)s AND kind = %(kind)s AND read_at IS NULL
          AND user_id IN (SELECT user_id FROM asked)
        FOR UPDATE SKIP LOCKED)
    RETURNING user_id, count
)
INSERT INTO approvals_notice (workspace_id, user_id, kind, proposal_id, "case", by_id, count, created_at)
SELECT %(workspace)s, asked.user_id, %(kind)s, %(proposal)s, %(case)s, %(by)s,
    %(count)s + coalesce((SELECT sum(count) FROM gathered WHERE gathered.user_id = asked.user_id AND %(sums)s), 0),
    %(now)s
FROM asked
"""


def tell(
    *,
    workspace_id: int,
    users: Iterable[int],
    kind: str,
    now: datetime,
    proposal: Proposal | None = None,
    by: int | None = None,
    count: int = 1,
    case: UUID | None = None,
) -> int:
    """Tell these people, as far as they are members, in the caller's transaction. Returns how many were told.

    ``users`` are user ids; ``by`` is the user id of who did it, or of whom it is about. Raises `UnknownNotice`.
    """
    whom = sorted(set(users))
    return tell_found(
        users="SELECT unnest(%(whom)s::int[])", given={"whom": whom}, workspace_id=workspace_id, kind=kind, now=now,
        proposal=proposal, by=by, count=count, case=case,
    ) if whom else 0  # fmt: skip


def tell_found(
    *,
    users: str,
    given: dict[str, Any],
    workspace_id: int,
    kind: str,
    now: datetime,
    proposal: Proposal | None = None,
    by: int | None = None,
    count: int = 1,
    case: UUID | None = None,
) -> int:
    """`tell`, to those whom the query ``users`` finds with the parameters ``given``, in the same statement."""
    if kind not in KINDS:
        raise UnknownNotice(kind)
    rule = KINDS[kind]
    values: dict[str, Any] = {
        "workspace": workspace_id, "kind": kind, "now": now, "by": by, "count": count,
        "proposal": proposal.pk if proposal else None, "case": case, "gathers": bool(rule.many),
        "sums": not rule.restates,
    }  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_TELL.format(users=users), values | given)
        return int(cursor.rowcount)


def unread(member: Membership) -> QuerySet[Notice]:
    """The member's unread notices in this workspace."""
    return own(member).filter(read_at__isnull=True)


def own(member: Membership) -> QuerySet[Notice]:
    """The member's notices in this workspace."""
    return Notice.objects.filter(user_id=member.user_id, workspace_id=member.workspace_id)


def unread_count(member: Membership) -> int:
    """How many the member has not read, counted up to a hundred: one look into an index."""
    return statements.count(_unread(), statements.of(member))


def asked_unread(member: Membership) -> statements.Built:
    """What `unread_count` asks."""
    return statements.counting([_unread()], statements.of(member))


@cache
def _unread() -> statements.Kept[Any]:
    return statements.keep(unread(statements.ANYBODY).values("pk")[: CAP + 1])


def unread_text(member: Membership) -> str:
    """The count beside a name: empty for none, and "99+" where it was not taken to its end."""
    count = unread_count(member)
    return f"{CAP}+" if count > CAP else f"{count}" if count else ""


def latest(member: Membership, *, before: int | None = None, many: int = 50) -> list[Notice]:
    """The member's notices, newest first, those older than the id ``before`` when given."""
    rows = own(member).filter(pk__lt=before) if before is not None else own(member)
    rows = rows.select_related("by", "proposal").defer(
        "proposal__arguments", "proposal__proposed_arguments", "proposal__rulings", "proposal__observation"
    )
    return list(rows.order_by("-id")[:many])


def mark_read(*, member: Membership, now: datetime, upto: int) -> int:
    """The member's notices up to the id ``upto``, the newest on the page, are read. Returns how many were not."""
    return unread(member).filter(pk__lte=upto).update(read_at=now)
