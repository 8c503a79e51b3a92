"""The arithmetic of a queue: what comes in, what is answered, and how many people that takes (research B.3.7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from approvals import tools, wording
from approvals.models import Proposal, Workspace
from approvals.oversight import figures

HOUR = timedelta(hours=1)
LATELY = timedelta(days=7)
OCCUPANCY = 0.8  # people who review without a breath make mistakes
ENOUGH = 10
MOST = 10_000


@dataclass(frozen=True)
class Throughput:
    """The last hour, what waits, and how long one answer takes (the median of ``n`` measured looks)."""

    arrived: int
    answered: int
    waiting: int
    handling_s: float | None
    n: int

    @property
    def needed(self) -> float | None:
        """Reviewers, at that occupancy."""
        if self.handling_s is None or self.n < ENOUGH:
            return None
        return self.arrived * self.handling_s / 3600 / OCCUPANCY

    def forecast(self) -> str:
        """Where the queue goes, in words."""
        told = f"Came in: {self.arrived}. Answered: {self.answered}. Waiting: {wording.capped(self.waiting)}."
        growth = self.arrived - self.answered
        if growth > 0:
            return f"{told} At this hour’s rate the queue grows by {growth} an hour."
        if growth < 0 and self.waiting:
            hours = self.waiting / -growth
            left = f"{ceil(60 * hours)} min" if hours < 2 else f"{ceil(hours)} h"
            return f"{told} At this hour’s rate it is empty in {left}."
        return f"{told} At this hour’s rate it stays as long as it is."

    def demand(self) -> str:
        """How many people that takes, with the numbers it is made of."""
        if self.needed is None or self.handling_s is None:
            few = f"{self.n} measured answers in seven days are too few"
            return f"How many people that takes cannot be said yet: {few}."
        people = max(1, ceil(self.needed)) if self.arrived else 0
        return (
            f"{self.arrived} an hour × {self.handling_s:.0f} s ÷ 3600 ÷ {OCCUPANCY} = {self.needed:.1f}: "
            f"{wording.counted(people, 'reviewer')} needed. "
            f"The {self.handling_s:.0f} s are the median of {self.n} answers in seven days."
        )


def of(workspace: Workspace, people: list[int], waiting: int, now: datetime) -> Throughput:
    """Three bounded queries."""
    arrived = Proposal.objects.filter(
        workspace=workspace, tool__in=[tool.name for tool in tools.of_workspace(workspace)],
        created_at__gt=now - HOUR, ruling="ask", drill=False,
    )  # fmt: skip
    answered = figures.answers(workspace, people, now - HOUR, now + HOUR)
    lately = figures.answers(workspace, people, now - LATELY, now + HOUR).filter(
        batch__isnull=True, exposure__seen_ms__isnull=False
    )
    seen = [
        ms for ms in lately.order_by().values_list("exposure__seen_ms", flat=True)[:MOST] if ms is not None
    ]
    handling = median(seen) / 1000 if seen else None
    return Throughput(arrived[:MOST].count(), answered[:MOST].count(), waiting, handling, len(seen))
