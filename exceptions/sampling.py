"""A judged sample on the floor that holds cases: what was found wrong lies in one from that moment on."""

from datetime import datetime

from django.db import transaction

from approvals.actors import Actor
from approvals.lanes import sampled
from approvals.models import Membership, SampleItem, Workspace
from approvals.models.sample import State
from approvals.models.stay import Cause
from approvals.sampling import closing, judging
from approvals.statistics.inspection import STOPPED
from exceptions import cases
from exceptions.lanes import falling

WRONG, HALTED = "sample.wrong", "sample.stopped"


def judge(
    *, item: SampleItem, member: Membership, turn: int, wrong: bool, reason_code: str = "", note: str = "",
    actor: Actor, now: datetime,
) -> SampleItem:  # fmt: skip
    """As `judging.judge`; with the last word on something wrong its case is opened, in the same transaction."""
    with transaction.atomic():
        before = closing.standing(item.week.workspace)
        row = judging.judge(
            item=item,
            member=member,
            turn=turn,
            wrong=wrong,
            reason_code=reason_code,
            note=note,
            actor=actor,
            now=now,
        )
        told = sampled.watched(item=row)  # the lane before any case, as with audits
        if row.state == State.SETTLED and row.wrong:
            _open(row, actor, now)
        if told is not None and told[1]:
            evidence = {"sample": row.pk}
            falling.fall(
                lane=told[0],
                cause=Cause(told[1]),
                actor=actor,
                now=now,
                evidence=evidence,
                proposal=row.proposal,
            )
        if before.severity != STOPPED and closing.standing(item.week.workspace).severity == STOPPED:
            halt(workspace=item.week.workspace, actor=actor, now=now)
    return row


def _open(row: SampleItem, actor: Actor, now: datetime) -> None:
    reason = row.verdicts.filter(wrong=True).order_by("number").values_list("reason_code", flat=True).first()
    case = cases.open_case(
        workspace=row.week.workspace, code=WRONG, message="Judged wrong in the week’s sample", proposal=row.proposal,
        run=row.run, facts={"sample": row.pk, "reason": reason or ""}, written="yes", operation="sample",
        amount=row.proposal.amount if row.proposal else None,
        currency=row.proposal.currency if row.proposal else "", actor=actor, now=now,
    )  # fmt: skip
    SampleItem.objects.filter(pk=row.pk).update(case=case.pk)


def halt(*, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """Five lots failed under tightened inspection: its owner is told that the process itself is in doubt."""
    with transaction.atomic():
        cases.open_case(
            workspace=workspace, code=HALTED, message="Five weeks failed under tightened inspection",
            operation="sample", actor=actor, now=now,
        )  # fmt: skip
