"""An audit's verdict, and what follows from it at once: a case that offers the way back, and perhaps a fall."""

from datetime import datetime

from django.db import transaction

from approvals.actors import Actor
from approvals.lanes import audits
from approvals.models import LaneAudit, LedgerEntry, Membership
from approvals.models.stay import Cause
from exceptions import cases
from exceptions.lanes import falling
from exceptions.models import Case

CODE = "lane.audit_wrong"


def judge(
    *,
    audit: LaneAudit,
    member: Membership,
    wrong: bool,
    reason_code: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> Case | None:
    """Record it. What was wrong lies in a case, whose owner may undo the write; a lane that has made too many errors
    falls in the same moment. Raises `audits.AlreadyJudged`, `audits.NotYours`, `audits.MissingReason`.
    """
    with transaction.atomic():
        cause = audits.judge(
            audit=audit, member=member, wrong=wrong, reason_code=reason_code, note=note, actor=actor, now=now
        )
        case = _open(audit, note, actor, now) if wrong else None
        if cause:
            falling.fall(
                lane=audit.lane, cause=Cause(cause), actor=actor, now=now, proposal=audit.proposal,
                evidence={"audit": audit.proposal.public_id},
            )  # fmt: skip
    return case


def _open(audit: LaneAudit, note: str, actor: Actor, now: datetime) -> Case:
    proposal = audit.proposal
    done = LedgerEntry.objects.filter(proposal=proposal.pk, execution__isnull=False)
    execution = done.order_by("-id").values_list("execution", flat=True).first()
    return cases.open_case(
        workspace=proposal.workspace, code=CODE, proposal=proposal, execution=execution, run=proposal.run,
        message=audits.REASONS[audit.reason_code], written="yes" if execution else "no", amount=proposal.amount,
        currency=proposal.currency, connector=proposal.tool.partition(".")[0], operation=proposal.tool,
        facts={"lane": audit.lane_id, "reason": audit.reason_code, "note": note}, actor=actor, now=now,
    )  # fmt: skip
