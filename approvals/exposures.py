"""How long something was looked at before it was answered, against the least a reading takes."""

from dataclasses import dataclass, field
from datetime import datetime

from approvals.models import Decision, Exposure, Proposal

LEAST_MS = {"low": 1500, "medium": 2000, "high": 5000}


@dataclass(frozen=True)
class Look:
    """What the page measured while it was visible, in milliseconds. None: a page without script."""

    seen_ms: int | None = None
    evidence_ms: int | None = None
    panes: tuple[str, ...] = field(default=())


def floor_ms(proposal: Proposal) -> int:
    """The least time in which the item can have been read."""
    return LEAST_MS.get(proposal.risk, 1500)


def record(*, decision: Decision, proposal: Proposal, look: Look, now: datetime) -> Exposure:
    """Keep the look with the decision, in the caller's transaction."""
    floor = floor_ms(proposal)
    return Exposure.objects.create(
        decision=decision, seen_ms=look.seen_ms, evidence_ms=look.evidence_ms, panes=list(look.panes),
        floor_ms=floor, under_floor=look.seen_ms is not None and look.seen_ms < floor,
    )  # fmt: skip
