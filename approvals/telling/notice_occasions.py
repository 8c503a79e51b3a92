"""What people are told, and when it becomes true: each a statement or two, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from approvals.models import Decision, Hold, Proposal
from approvals.models.decision import SIGNATURES
from approvals.telling import notices

WIDELY = 100  # where anybody may sign, so many colleagues are asked at most

# Whoever may sign it next: reviewers with no stake in it who have not answered this round, themselves or for another.
NEXT_SIGNERS = f"""
SELECT able.user_id FROM approvals_membership AS able
JOIN auth_user ON auth_user.id = able.user_id AND auth_user.is_active
WHERE able.workspace_id = %(workspace)s AND 'reviewer' = ANY(able.roles) AND able.user_id <> ALL(%(barred)s)
  AND (%(named)s::int[] = '{{}}' OR able.user_id = ANY(%(named)s) OR EXISTS (
      SELECT 1 FROM approvals_cover AS cover
      WHERE cover.workspace_id = %(workspace)s AND cover.stand_in_id = able.user_id
        AND cover.away_id = ANY(%(named)s) AND cover.starts_at <= %(now)s AND cover.ends_at > %(now)s))
  AND NOT EXISTS (
      SELECT 1 FROM approvals_decision AS answer
      WHERE answer.proposal_id = %(proposal)s AND answer.round = %(round)s
        AND able.user_id IN (answer.reviewer_id, answer.covering_id))
ORDER BY able.id LIMIT {WIDELY}
"""  # noqa: S608  the only thing filled in is a constant


def second_wanted(*, proposal: Proposal, now: datetime) -> None:
    """Somebody signed and one signature is not enough: tell those who may give the next. One statement.

    A drill is answered by whoever it was put to; colleagues are not called to it.
    """
    if proposal.drill:
        return
    barred = [*proposal.excluded_reviewers, *filter(None, [proposal.proposed_by_id])]
    notices.tell_found(
        users=NEXT_SIGNERS,
        given={"barred": barred, "named": proposal.policy.reviewers, "round": proposal.round},
        workspace_id=proposal.workspace_id,
        kind="second_wanted",
        now=now,
        proposal=proposal,
    )


def sent_back(*, proposal: Proposal, kind: str, now: datetime) -> None:
    """What was signed in the round before is put again: tell its signers. ``kind`` is sent_back or stricter."""
    users = _signers(proposal.pk, proposal.round - 1)
    notices.tell(workspace_id=proposal.workspace_id, users=users, kind=kind, now=now, proposal=proposal)


def overturned(*, proposal: Proposal, by: int | None, now: datetime) -> None:
    """What was written under it has been undone, as ``by`` asked: tell the others who signed it."""
    users = set(_signers(proposal.pk, proposal.round)) - {by}
    notices.tell(
        workspace_id=proposal.workspace_id, users=users, kind="overturned", now=now, proposal=proposal
    )


def expired(*, proposals: Sequence[Proposal], now: datetime) -> None:
    """These have just run out: tell whoever had one open."""
    open_now = Hold.objects.filter(proposal__in=proposals, until__gt=now, opened_at__isnull=False)
    by_id = {proposal.pk: proposal for proposal in proposals}
    for proposal_id, reviewer in open_now.values_list("proposal", "reviewer") if by_id else ():
        proposal = by_id[proposal_id]
        notices.tell(
            workspace_id=proposal.workspace_id, users=[reviewer], kind="expired", now=now, proposal=proposal
        )


def _signers(proposal_id: UUID, in_round: int) -> list[int]:
    """Of one round; a policy's own approval has none."""
    signed = Decision.objects.filter(proposal=proposal_id, round=in_round, verdict__in=SIGNATURES)
    return [user for user in signed.values_list("reviewer", flat=True) if user is not None]


# The oldest rows, and those beyond the newest of people who were told something lately: a few at every tick.
FORGET = """
DELETE FROM approvals_notice WHERE id IN (
    SELECT old.id FROM (SELECT id, created_at FROM approvals_notice ORDER BY id LIMIT %(few)s) AS old
    WHERE old.created_at < %(before)s
    UNION ALL
    SELECT surplus.id
    FROM (SELECT DISTINCT user_id, workspace_id
          FROM (SELECT user_id, workspace_id FROM approvals_notice ORDER BY id DESC LIMIT 20) AS newest) AS person
    CROSS JOIN LATERAL (
        SELECT id FROM approvals_notice AS own
        WHERE own.user_id = person.user_id AND own.workspace_id = person.workspace_id
        ORDER BY id DESC OFFSET %(most)s LIMIT %(few)s) AS surplus)
"""


def forget(*, now: datetime) -> int:
    """Delete notices nobody will look for any more. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            FORGET, {"before": now - notices.KEPT, "most": notices.MOST, "few": notices.FORGOTTEN_AT_ONCE}
        )
        return int(cursor.rowcount)
