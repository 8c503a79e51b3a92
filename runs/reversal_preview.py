"""What an order to undo many would undo, and what it cannot and why. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from approvals import canonical, ways_back, wording
from approvals.models import Proposal, Workspace
from approvals.models.proposal import LIVE
from runs import reversal
from runs.models import Execution
from runs.models.execution import State

MOST = 500  # executions undone by one order
LOOKED_AT = 2000
IN_FLIGHT = (State.SCHEDULED, State.STARTED, State.UNKNOWN)


@dataclass(frozen=True)
class Scope:
    """A run, or a stretch of time; fewer tools and agents where they are named."""

    run: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    tool: str = ""
    agent: UUID | None = None

    def as_json(self) -> dict[str, str]:
        told = {
            "run": self.run.hex if self.run else "",
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "tool": self.tool,
            "agent": self.agent.hex if self.agent else "",
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class LeftOut:
    """One that is not undone by this order, and why."""

    execution: Execution
    why: str


@dataclass
class Preview:
    """``lines`` are undone in this order, the newest first. ``more`` are left for another order."""

    lines: list[Execution] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    more: int = 0
    cut: bool = False  # there was more in the scope than is looked at in one go

    @property
    def fingerprint(self) -> str:
        """Equal for two looks that would undo the same, in the same order."""
        return canonical.digest([row.id.hex for row in self.lines])

    @property
    def sums(self) -> str:
        """The money in question, a sum for each currency."""
        total: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.lines:
            if row.proposal.amount is not None:
                total[row.proposal.currency] += row.proposal.amount
        return wording.listed([wording.money(amount, currency) for currency, amount in sorted(total.items())])

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return Counter(line.why for line in self.left_out).most_common()


def look(*, workspace: Workspace, scope: Scope, now: datetime) -> Preview:
    """A handful of bounded queries, whatever the scope."""
    written = list(_within(workspace, scope).order_by("-finished_at", "-id")[: LOOKED_AT + 1])
    found = Preview(cut=len(written) > LOOKED_AT)
    written = written[:LOOKED_AT]
    standing = _later_ones(workspace, written)
    undone = _undone(written)
    chosen: set[UUID] = set()
    for row in written:
        why = _why_not(row, undone, now) or _goes_first(row, standing, chosen)
        if why:
            found.left_out.append(LeftOut(row, why))
        elif len(found.lines) == MOST:
            found.more += 1
        else:
            found.lines.append(row)
            chosen.add(row.id)
    found.left_out += [LeftOut(row, "In flight: it is not known yet what becomes of it")
                       for row in _in_flight(workspace, scope)]  # fmt: skip
    return found


def _rows(workspace: Workspace) -> QuerySet[Execution]:
    rows = Execution.objects.filter(workspace=workspace, reverses__isnull=True)
    return rows.select_related("proposal__workspace", "proposal__agent")


def _narrowed(rows: QuerySet[Execution], scope: Scope, moment: str) -> QuerySet[Execution]:
    wanted: dict[str, Any] = {}
    if scope.run:
        wanted["proposal__run"] = scope.run
    if scope.since:
        wanted[f"{moment}__gte"] = scope.since
    if scope.until:
        wanted[f"{moment}__lt"] = scope.until
    if scope.tool:
        wanted["tool"] = scope.tool
    if scope.agent:
        wanted["proposal__agent"] = scope.agent
    return rows.filter(**wanted)


def _within(workspace: Workspace, scope: Scope) -> QuerySet[Execution]:
    return _narrowed(_rows(workspace).filter(state=State.SUCCEEDED), scope, "finished_at")


def _in_flight(workspace: Workspace, scope: Scope) -> list[Execution]:
    rows = _rows(workspace).filter(state__in=IN_FLIGHT)
    return list(_narrowed(rows, scope, "created_at").order_by("-created_at", "-id")[:MOST])


def _undone(rows: Sequence[Execution]) -> set[UUID | None]:
    """Those that a live reversal points at."""
    pointing = Proposal.objects.filter(reverses__in=[row.id for row in rows], state__in=LIVE)
    return set(pointing.values_list("reverses", flat=True))


def _why_not(row: Execution, undone: set[UUID | None], now: datetime) -> str:
    if row.id in undone:
        return "Undone already, or asked to be"
    if row.proposal.saga is not None:
        return "A step of a chain: undo the chain as a whole"
    if not reversal.can_reverse(row):
        return "There is no way back"
    if ways_back.of(row.proposal, now).passed:
        return "Its deadline has passed: open a case instead"
    return ""


def _target(row: Execution) -> tuple[str, str]:
    return row.tool.partition(".")[0], row.proposal.subject


def _later_ones(workspace: Workspace, rows: Sequence[Execution]) -> dict[tuple[str, str], list[Execution]]:
    """Everything that stands, or may come to stand, on the targets of these writes."""
    subjects = {row.proposal.subject for row in rows if row.proposal.subject}
    around = Execution.objects.select_related("proposal").filter(
        Q(state=State.SUCCEEDED) | Q(state__in=IN_FLIGHT),
        workspace=workspace,
        reverses__isnull=True,
        proposal__workspace=workspace,
        proposal__subject__in=subjects,
    )
    around = around.exclude(reversals__state=State.SUCCEEDED)
    found: dict[tuple[str, str], list[Execution]] = defaultdict(list)
    around = around.only("id", "tool", "finished_at", "proposal__subject").order_by("-finished_at", "-id")
    for other in around[: 2 * LOOKED_AT]:
        found[_target(other)].append(other)
    return found


def _goes_first(row: Execution, standing: dict[tuple[str, str], list[Execution]], chosen: set[UUID]) -> str:
    """Whether a later write on the same target stands and is not undone by this order."""
    for other in standing.get(_target(row), []) if row.proposal.subject else []:
        later = other.finished_at is None or row.finished_at is None or (
            (other.finished_at, other.id) > (row.finished_at, row.id)
        )  # fmt: skip
        if other.id != row.id and later and other.id not in chosen:
            return "A later write on the same target has to be undone first"
    return ""
