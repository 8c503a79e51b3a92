"""What the steps of a run add up to, kept with the run as they are told: a page of a long run then adds nothing up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import F

from runs.models import Run

TOLD = ("key", "name", "kind", "item", "output", "error")  # what another telling of the same step must repeat


class Told(Protocol):
    """A step, or a move that would become one."""

    @property
    def key(self) -> str: ...


class Spent(Protocol):
    """What a move cost: money in its own currency, where one was told."""

    @property
    def error(self) -> dict[str, Any] | None: ...
    @property
    def tokens_in(self) -> int | None: ...
    @property
    def tokens_out(self) -> int | None: ...
    @property
    def cost(self) -> Decimal | None: ...
    @property
    def currency(self) -> str: ...


def differ(first: Told, again: Told) -> bool:
    """Whether the second telling of a step says something else than the first, which stands."""
    return first is not again and any(getattr(first, name) != getattr(again, name) for name in TOLD)


def add(run: Run, moves: Sequence[Spent], *, contradicted: int, now: datetime) -> None:
    """Count new moves of a locked run, and that it was heard of."""
    told: dict[str, Any] = {"heard_at": now}
    if contradicted:
        told["steps_contradicted"] = F("steps_contradicted") + contradicted
    if moves:
        told |= {
            "steps_told": F("steps_told") + len(moves),
            "steps_failed": F("steps_failed") + sum(move.error is not None for move in moves),
            "tokens_in": F("tokens_in") + sum(move.tokens_in or 0 for move in moves),
            "tokens_out": F("tokens_out") + sum(move.tokens_out or 0 for move in moves),
            "costs": _costs(run.costs, moves),
        }
    Run.objects.filter(pk=run.pk).update(**told)


def _costs(before: Mapping[str, str], moves: Iterable[Spent]) -> dict[str, str]:
    """By currency, never added across; what names none is kept apart under the empty name."""
    sums: defaultdict[str, Decimal] = defaultdict(
        Decimal, {name: Decimal(sum_) for name, sum_ in before.items()}
    )
    for move in moves:
        if move.cost is not None:
            sums[move.currency.upper()] += move.cost
    return {name: str(total) for name, total in sums.items()}
