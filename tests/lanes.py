"""Lanes that stand where a test wants them, as if they had climbed there, and labels by the hundred."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals import actors, agents
from approvals.lanes import ladder, moving
from approvals.models import Calibrator, Lane, LaneAudit, LaneLabel, Membership, Proposal
from approvals.models.stay import Cause
from approvals.statistics import calibration
from tests import builders, copies
from tests.people import Company

HONEST = calibration.Calibrator("isotonic", (0.0, 1.0, 0.0, 1.0), 1_000)  # a number is worth what it says
TEST = actors.worker("test")


def stand(lane: Lane, stage: str, *, threshold: str | None = "0.5", at: datetime | None = None) -> Lane:
    """Up or down to the stage, each rung with a reason and its criteria met; with a calibrator that changes nothing."""
    now = at or timezone.now()
    lane = Lane.objects.select_related("agent", "workspace").get(pk=lane.pk)
    by = Membership.objects.filter(workspace=lane.workspace_id).earliest("pk").user_id
    while lane.stage != stage:
        falls = stage in ladder.below(lane.stage)
        to = stage if falls else str(ladder.next_up(lane.stage))
        why = moving.Why(Cause.PERSON if falls else Cause.EARNED, "for a test", by, met=not falls)
        with transaction.atomic():
            moving.move(lane=lane, to=to, why=why, actor=TEST, now=now)
    if ladder.passes(stage) and threshold is not None:
        calibrate(lane, threshold)
    return lane


def calibrate(lane: Lane, threshold: str, curve: calibration.Calibrator = HONEST) -> None:
    row = Calibrator.objects.create(
        lane=lane, agent_version=lane.agent.version, method=curve.method, terms=curve.to_json(), digest=curve.digest,
        threshold=threshold, labels=curve.n, fitted_at=timezone.now(),
    )  # fmt: skip
    Lane.objects.filter(pk=lane.pk).update(calibrator=row, threshold=threshold)
    lane.refresh_from_db()


def a_lane(company: Company, **changes: Any) -> Lane:
    """The lane of a first memo, with its agent and workspace."""
    first = builders.a_proposal(company.bot, **changes)
    return Lane.objects.select_related("agent", "workspace", "calibrator").get(pk=first.lane_id)


def label(
    lane: Lane, told: Sequence[tuple[float, bool]], *, since: datetime | None = None, **more: Any
) -> list[LaneLabel]:
    """A label for each score and whether it was wrong, evenly over a month until now, on proposals of the lane."""
    first = since or timezone.now() - timedelta(days=28)
    Lane.objects.filter(pk=lane.pk).update(created_at=first - timedelta(days=1))
    lane.refresh_from_db()
    model = Proposal.objects.filter(lane=lane).earliest("created_at")
    taken = set(LaneLabel.objects.filter(lane=lane).values_list("proposal", flat=True))
    free = Proposal.objects.filter(lane=lane).exclude(pk__in=taken)
    if free.count() < len(told):
        copies.of_proposal(model.pk, many=len(told))
    step = (timezone.now() - first) / (len(told) + 1)
    values: dict[str, Any] = {
        "lane": lane, "agent_version": lane.agent.version, "region": "reviewed", "source": "decision", "eligible": True,
    } | more  # fmt: skip
    return LaneLabel.objects.bulk_create(
        LaneLabel(proposal_id=pk, score=score, wrong=wrong, judged_at=first + (n + 1) * step, **values)
        for n, ((score, wrong), pk) in enumerate(
            zip(told, free.values_list("pk", flat=True)[: len(told)], strict=True)
        )
    )


def of_another(company: Company, name: str) -> Lane:
    """The lane of a first memo by an agent of that name."""
    agent = agents.add_agent(
        workspace=company.workspace,
        name=name,
        version="1.0",
        tools=["memo.write"],
        actor=TEST,
        now=timezone.now(),
    )
    first = builders.a_proposal(agent)
    return Lane.objects.select_related("agent", "workspace", "calibrator").get(pk=first.lane_id)


def drawn(*proposals: Proposal, due: timedelta = timedelta(days=7)) -> list[LaneAudit]:
    """As if these had passed by themselves, and chance had drawn them."""
    now = timezone.now()
    return LaneAudit.objects.bulk_create(
        LaneAudit(
            proposal=row,
            workspace_id=row.workspace_id,
            lane=row.lane,
            probability=0.2,
            drawn_at=now,
            due_at=now + due,
        )
        for row in proposals
    )
