"""What a step up asks for: all of it. To what decisions show, this floor adds what fails and who owns it."""

from collections.abc import Sequence
from datetime import datetime

from approvals.lanes import criteria
from approvals.lanes.criterion import Criterion
from approvals.models import Lane
from approvals.models.lane import Stage
from exceptions.models import Case, FailureClass
from exceptions.models.case import State
from exceptions.models.failure_class import Kind


def of(lane: Lane, now: datetime) -> list[Criterion]:
    """Every criterion of the lane's next step."""
    return [*criteria.of(lane, now), *here(lane)]


def here(lane: Lane) -> Sequence[Criterion]:
    """Those only this floor can measure."""
    if lane.stage == Stage.SHADOW:
        return [_owned(lane)]
    return [_sound(lane)] if lane.stage not in (Stage.PAUSED, Stage.FULL) else []


def _owned(lane: Lane) -> Criterion:
    """Owner and backup are kept by the database; here, that there is somebody in the team."""
    empty = FailureClass.objects.filter(workspace=lane.workspace_id, owner__members__isnull=True)
    lacking = empty[:1000].count()
    return Criterion(
        "owned", "Every kind of failure has an owner", lacking == 0, f"{lacking} without anybody", "none",
        "Put somebody into each team that owns one" if lacking else "",
    )  # fmt: skip


def _sound(lane: Lane) -> Criterion:
    doubts = Case.objects.filter(workspace=lane.workspace_id, failure_class__kind=Kind.INTEGRITY)
    open_now = doubts.exclude(state=State.RESOLVED)[:1000].count()
    return Criterion(
        "sound", "No promise of ours is in doubt", open_now == 0, f"{open_now} open cases of integrity", "none",
        "Resolve them" if open_now else "",
    )  # fmt: skip
