"""Labels as statistics take them: one finding a proposal, of one region and one version, since they count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from approvals.models import Lane, LaneLabel
from approvals.models.label import Region, Source

LATEST = 5_000
MONTH = timedelta(days=28)
# Harms are found because something went wrong, and kept cases were chosen: neither says how often that is.
_IN_RATES = {
    Region.REVIEWED: (Source.DECISION, Source.SAMPLE),
    Region.AUTOMATED: (Source.AUDIT, Source.SAMPLE),
}


@dataclass(frozen=True)
class Finding:
    """The label that counts. ``contradicted``: another of this proposal says the opposite."""

    proposal: UUID
    wrong: bool
    score: float | None
    probability: float
    eligible: bool
    judged_at: datetime
    contradicted: bool = False


def of(lane: Lane, region: str) -> list[Finding]:
    """The latest findings of a region, oldest first."""
    rows = LaneLabel.objects.filter(
        lane=lane, region=region, source__in=_IN_RATES[Region(region)], agent_version=lane.agent.version,
        judged_at__gte=lane.counts_from_at or lane.created_at,
    )  # fmt: skip
    names = ("proposal_id", "wrong", "score", "probability", "eligible", "judged_at", "judges")
    return settled(rows.order_by("-judged_at").values_list(*names)[:LATEST])


def settled(rows: Iterable[tuple[Any, ...]]) -> list[Finding]:
    """Of labels that contradict each other that of more people counts, and of as many the later."""
    best: dict[UUID, tuple[tuple[int, datetime], Finding]] = {}
    torn: set[UUID] = set()
    for *told, judges in rows:
        found, weight = Finding(*told), (judges, told[5])
        known = best.get(found.proposal)
        if known and known[1].wrong != found.wrong:
            torn.add(found.proposal)
        if known is None or weight > known[0]:
            best[found.proposal] = weight, found
    ordered = sorted((found for _, found in best.values()), key=lambda found: found.judged_at)
    return [
        Finding(**vars(found) | {"contradicted": True}) if found.proposal in torn else found
        for found in ordered
    ]


def a_day(found: list[Finding], now: datetime) -> float:
    """How many findings come in a day, by the last four weeks or by as much of them as there is."""
    recent = [one for one in found if one.judged_at > now - MONTH]
    if not recent:
        return 0.0
    days = max((now - recent[0].judged_at).total_seconds() / 86_400, 1.0)
    return len(recent) / days
