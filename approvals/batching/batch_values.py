"""The arguments of many proposals side by side: what all share, told once, and what differs, a column each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.safestring import SafeString

from approvals import canonical
from approvals.batching.batch_outliers import FIGURES, Field
from approvals.models import Proposal
from approvals.showing import changes
from approvals.waiting import rows

COLUMNS = 6
LONG = 60


@dataclass(frozen=True)
class Table:
    """``shared`` are label and value; ``columns`` differ and fit a line; ``inside`` differ and are read when opened."""

    shared: list[dict[str, Any]]
    columns: list[Field]
    inside: list[str]

    def cells(self, proposal: Proposal) -> list[dict[str, Any]]:
        look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
        return [_cell(field, proposal, look) for field in self.columns]


def fields(proposals: Sequence[Proposal]) -> list[Field]:
    """Every argument whose value differs, in the schema's order; the one the amount column shows is left out."""
    look = _look(proposals)
    names = look.names(*(row.arguments for row in proposals))
    differing = [
        name for name in names if not _is_shared(name, proposals) and not _is_amount(name, proposals)
    ]
    return [Field(name, look.label(name), _kind(look, name)) for name in differing]


def table(proposals: Sequence[Proposal]) -> Table:
    """All of it. ``proposals`` are of one cohort, so that they have the same fields."""
    look = _look(proposals)
    first = proposals[0]
    shared = [
        {"label": look.label(name), "value": look.value(name, first.arguments.get(name))}
        for name in look.names(first.arguments)
        if _is_shared(name, proposals)
    ]
    told = [field for field in fields(proposals) if not _told_elsewhere(field.name, proposals)]
    short = [field for field in told if _is_short(field, proposals, look)]
    columns = short[:COLUMNS]
    return Table(shared, columns, [field.label for field in told if field not in columns])


def _look(proposals: Sequence[Proposal]) -> changes.Look:
    first = proposals[0]
    return changes.Look.of(first.tool, first.arguments, first.currency)


def _kind(look: changes.Look, name: str) -> str:
    return look.kinds[name].kind if name in look.kinds else "text"


def _is_shared(name: str, proposals: Sequence[Proposal]) -> bool:
    return len({canonical.dumps(row.arguments.get(name)) for row in proposals}) == 1


def _is_amount(name: str, proposals: Sequence[Proposal]) -> bool:
    """The amount has a column of its own, with its currency."""
    return all(row.amount is not None and _number(row.arguments.get(name)) == row.amount for row in proposals)


def _told_elsewhere(name: str, proposals: Sequence[Proposal]) -> bool:
    """Whether the row's title or its amount says it already."""
    said_by_title = all(_in_title(row.arguments.get(name), rows.title(row)) for row in proposals)
    said_by_amount = name == "currency" and all(
        row.amount is not None and row.arguments.get(name) == row.currency for row in proposals
    )
    return said_by_title or said_by_amount


def _in_title(value: Any, title: str) -> bool:
    return isinstance(value, str) and bool(value) and value in title


def _is_short(field: Field, proposals: Sequence[Proposal], look: changes.Look) -> bool:
    kinds = {look.kind(field.name, row.arguments.get(field.name)) for row in proposals}
    texts = (row.arguments.get(field.name) for row in proposals)
    return "multiline" not in kinds and all(len(str(text)) <= LONG for text in texts)


def _cell(field: Field, proposal: Proposal, look: changes.Look) -> dict[str, Any]:
    value = proposal.arguments.get(field.name)
    shown: SafeString = look.value(field.name, value)
    return {"label": field.label, "value": shown, "figure": field.kind in FIGURES}


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
