"""Audits: a random share of what passes by itself is looked at again, for ever, by people not told what came of it.

Without labels drawn by chance from what was automated nothing could later be said about it.
"""

from datetime import datetime

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.lanes import draws, labels, ladder, watch
from approvals.models import Lane, LaneAudit, Membership, Proposal
from approvals.models.label import Region, Source
from approvals.models.lane import Stage
from approvals.models.workspace import Role

REASONS = {
    "wrong_value": "A value is wrong",
    "wrong_target": "Wrong vendor, account or recipient",
    "duplicate": "It had been done already",
    "not_justified": "The evidence does not support it",
    "not_ours": "Not ours to do",
    "policy": "Against our policy",
    "other": "Something else",
}


class AlreadyJudged(LookupError):
    """Somebody was quicker: the audit has its verdict."""


class NotYours(PermissionError):
    """Audits are judged by reviewers of the workspace; where policy names some, by those."""


class MissingReason(ValueError):
    """Say what is wrong, by one of `REASONS`."""


def draw(*, proposal: Proposal, now: datetime) -> None:
    """Whether a write that has just passed by itself is looked at again: chance decides, and its weight is kept. In the
    caller's transaction.
    """
    probability = ladder.AUDITED.get(Stage(proposal.lane.stage))
    if probability is None or proposal.reverses is not None:
        return
    if draws.share(proposal.lane, "audit", proposal.public_id) < probability:
        LaneAudit.objects.create(
            proposal=proposal, workspace_id=proposal.workspace_id, lane=proposal.lane, probability=probability,
            drawn_at=now, due_at=now + ladder.JUDGED_WITHIN,
        )  # fmt: skip


def judge(
    *,
    audit: LaneAudit,
    member: Membership,
    wrong: bool,
    reason_code: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Record the verdict, its label, and what the lane's totals say to it: the cause of a fall, or empty.

    The caller lets the lane fall and opens the case, in the same transaction. Raises `AlreadyJudged`, `NotYours`,
    `MissingReason`.
    """
    proposal = audit.proposal
    if not may_judge(audit, member):
        raise NotYours(proposal.public_id)
    if wrong and reason_code not in REASONS:
        raise MissingReason(reason_code)
    with transaction.atomic():
        lane = locks.take(Lane.objects).select_related("agent").get(pk=audit.lane_id)
        told = {"wrong": wrong, "reason_code": reason_code if wrong else "", "note": note[:500]}
        waiting = LaneAudit.objects.filter(pk=audit.pk, judged_at__isnull=True)
        if not waiting.update(judged_at=now, judged_by=member.user_id, **told):
            raise AlreadyJudged(proposal.public_id)
        audit.refresh_from_db()
        labels.record(
            proposal=proposal, wrong=wrong, source=Source.AUDIT, region=Region.AUTOMATED, now=now,
            probability=audit.probability, by=member.user_id,
        )  # fmt: skip
        ledger.append(
            workspace_id=lane.workspace_id, kind="audit.judged", actor=actor, at=now, proposal=proposal.id,
            data={"lane": lane.pk, "wrong": wrong, "probability": audit.probability} | _code(audit.reason_code),
        )  # fmt: skip
        return watch.audited(lane=lane, audit=audit)


def may_judge(audit: LaneAudit, member: Membership) -> bool:
    """Whether the member reviews such things here."""
    named = audit.proposal.policy.reviewers
    own = member.workspace_id == audit.workspace_id and member.may(Role.REVIEWER)
    return own and (not named or member.user_id in named)


def _code(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}
