"""A page of the waterfall: steps and what followed them, in the order of the clock, however long the run is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from approvals.models import Proposal
from approvals.visible import visible
from approvals.waiting import statements
from runs.models import Run, Step
from runs.running import axis, bar, following, moves, nesting, odd, stepping

PAGE = 50
NONE = UUID(int=0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind this moment and, of those told of the same moment, behind this id."""

    at: datetime
    key: UUID = NONE

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.key.hex}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """What `str` wrote; None for anything else."""
        micros, _, key = text.partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), UUID(hex=key))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Shown:
    """What a page holds; ``later`` is where the next begins, or empty."""

    rows: list[dict[str, Any]]
    axis: axis.Axis
    later: str


def page(
    run: Run, workspace: str, now: datetime, *, place: Place | None = None, only: dict[str, Any]
) -> Shown:
    """The rows behind that place. ``only`` narrows the steps, and leaves out proposals that no step told of."""
    steps = _steps(run, place, only)
    alone = [] if only else _untold(run, place)
    both: list[tuple[datetime, UUID, Step | Proposal]] = [(row.started_at, row.pk, row) for row in steps]
    both += [(odd.told_at(row.pk), row.pk, row) for row in alone]
    both.sort(key=lambda one: one[:2])
    shown, last = both[:PAGE], both[PAGE - 1] if len(both) > PAGE else None
    bars = _bars(run, [row for _, _, row in shown], workspace, now)
    drawn, rows = bar.placed(bars)
    return Shown(rows, drawn, str(Place(last[0], last[1])) if last else "")


def _steps(run: Run, place: Place | None, only: dict[str, Any]) -> list[Step]:
    """Built anew each time: a plan that fits any run would sort all hundred thousand steps of a long one."""
    rows = run.steps.filter(**only).defer("input", "output").order_by("started_at", "id")
    return list((stepping.behind(rows, place.at, place.key) if place else rows)[: PAGE + 1])


def _untold(run: Run, place: Place | None) -> list[Proposal]:
    """Proposals of the run that no step of it names, in the order of their ids, which is that of their birth."""
    if place is None:
        return statements.ask(_first_untold(), {statements.ITEM: run.pk})
    return list(_alone_of(run.pk).filter(pk__gt=_low(place))[: PAGE + 1])


def _alone_of(run: UUID) -> QuerySet[Proposal]:
    told = Step.objects.filter(
        run=run, proposal=OuterRef("pk"), proposal__isnull=False
    )  # as its index has it
    rows = Proposal.objects.filter(~Exists(told), run=run, drill=False)
    return rows.order_by("id").only("headline", "created_at")


@cache
def _first_untold() -> statements.Kept[Proposal]:
    return statements.keep(_alone_of(statements.ITEM)[: PAGE + 1])


def _low(place: Place) -> UUID:
    """The id behind which proposals stand that were born after the place, or at its millisecond with a later id."""
    millis, rest = divmod((place.at - EPOCH) // timedelta(microseconds=1), 1000)
    first, past = (UUID(int=max(number, 0) << 80) for number in (millis, millis + 1))
    return past if rest else min(max(first, place.key), past)


def _bars(run: Run, rows: Sequence[Step | Proposal], workspace: str, now: datetime) -> list[bar.Bar]:
    steps = [row for row in rows if isinstance(row, Step)]
    alone = [row for row in rows if isinstance(row, Proposal)]
    named = [step.proposal for step in steps if step.proposal]
    followed = following.of([*named, *(row.pk for row in alone)], workspace, now)
    found: list[bar.Bar] = []
    told: set[UUID] = set()
    for placed in nesting.nested(run, steps):
        found.append(moves.bar(placed, run, workspace))
        proposal = placed.step.proposal
        if proposal is not None and proposal not in told:
            told.add(proposal)
            found += followed.rows(proposal, placed.depth + 1)
    for row in alone:
        found += [_alone(row), *followed.rows(row.pk, 1)]
    return found


def _alone(row: Proposal) -> bar.Bar:
    """A proposal of the run that none of its steps tells of."""
    return bar.Bar(
        id=f"alone-{row.pk.hex}", name="Proposal", icon="sign", note=visible(row.headline), state="succeeded",
        begins=row.created_at, ends=row.created_at, timed=False, odd=["No step of the run tells of it."],
    )  # fmt: skip
