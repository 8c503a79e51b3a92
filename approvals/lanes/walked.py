"""What the totals of a stay rest on: audits of what passed, and what the weekly sample drew by lot from all of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from approvals.models import Lane, LaneAudit, SampleItem, Stay
from approvals.models.sample import State
from approvals.models.stay import Cause
from approvals.sampling import strata

MOST = 5_000  # of each kind


@dataclass(frozen=True)
class Seen:
    """One of them: whether it was wrong, and whether it counts for the test. ``audit`` is the proposal of an audit,
    ``sample`` the item of a week.
    """

    wrong: bool
    tests: bool
    audit: UUID | None = None
    sample: int | None = None


def of(stay: Stay, lane: Lane, most: int = MOST) -> list[Seen]:
    """In the order in which they were judged, from the beginning of the stay."""
    rows = LaneAudit.objects.filter(
        lane=lane, judged_at__gte=stay.entered_at, proposal__agent_version=stay.agent_version
    )
    audits = rows.order_by("judged_at").values_list("judged_at", "wrong", "drawn_at", "proposal_id")[:most]
    drawn = by_lot(stay, lane).order_by("settled_at").values_list("settled_at", "wrong", "pk")[:most]
    told: list[tuple[Any, Seen]] = [
        (at, Seen(bool(wrong), since >= stay.entered_at, audit=pk)) for at, wrong, since, pk in audits
    ]
    told += [(at, Seen(bool(wrong), False, sample=pk)) for at, wrong, pk in drawn]
    return [one for _, one in sorted(told, key=lambda one: one[0])]


def by_lot(stay: Stay, lane: Lane) -> QuerySet[SampleItem]:
    """What the weekly samples of a stay drew by lot from everything that passed by itself. The other parts of a sample
    look where errors are likelier, and what is audited counts as an audit: neither is drawn from the whole.
    """
    return SampleItem.objects.filter(
        week__workspace=lane.workspace_id, state=State.SETTLED, settled_at__gte=stay.entered_at,
        through__contains=[strata.UNIFORM], proposal__lane=lane, proposal__agent_version=stay.agent_version,
        proposal__lane_audit__isnull=True,
    )  # fmt: skip


def carried(stay: Stay) -> float:
    """The drift total it brought along from the rung below."""
    if stay.cause != Cause.EARNED:
        return 0.0
    before = Stay.objects.filter(lane=stay.lane_id, pk__lt=stay.pk).order_by("-id")
    return before.values_list("cusum", flat=True).first() or 0.0
