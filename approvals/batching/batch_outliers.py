"""What in a batch is unlike the rest, and why, in words. Pure: no query, no clock.

Figures are measured as Iglewicz and Hoaglin advise (How to Detect and Handle Outliers, ASQC 1993): the modified z-score
0.6745 · |x − median| / MAD, and beyond 3.5 it is one. Where more than half are equal and MAD is 0, the mean deviation
stands in for it, scaled likewise (1.2533 · mean deviation).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from statistics import fmean, median
from typing import Any

from approvals import wording
from approvals.models import Proposal

FEWEST = 5  # below, nothing is the rule and so nothing is the exception
FAR = 3.5
DAYS = 7
UNSURE = 0.05
MOST = 0.8  # so many must agree before another value is strange
FIGURES = ("money", "decimal", "number")
WORDS = ("choice", "flag", "text")


@dataclass(frozen=True)
class Field:
    """An argument whose values differ, by its kind and the name people read."""

    name: str
    label: str
    kind: str


def find(proposals: Sequence[Proposal], fields: Sequence[Field]) -> dict[int, list[str]]:
    """Reasons by position; positions without any are like the rest."""
    found: dict[int, list[str]] = {}
    if len(proposals) < FEWEST:
        return found
    for position, reason in _all(proposals, fields):
        found.setdefault(position, []).append(reason)
    return found


def _all(proposals: Sequence[Proposal], fields: Sequence[Field]) -> list[tuple[int, str]]:
    currencies = [row.currency for row in proposals]
    reasons = _strange(currencies, "currency")
    reasons += _amounts(proposals)
    for field in fields:
        values = [row.arguments.get(field.name) for row in proposals]
        if field.kind in FIGURES:
            reasons += _figures(values, field.label.lower())
        elif field.kind == "date":
            reasons += _days(values, field.label.lower())
        elif field.kind in WORDS:
            reasons += _strange([_said(value) for value in values], field.label.lower())
    return reasons + _unsure(proposals) + _remarked(proposals)


def far(values: Mapping[int, float]) -> list[int]:
    """The positions whose value lies far from the rest."""
    if len(values) < FEWEST:
        return []
    middle = median(values.values())
    distances = {position: abs(value - middle) for position, value in values.items()}
    spread = 1.4826 * median(distances.values()) or 1.2533 * fmean(distances.values())
    return [position for position, distance in distances.items() if spread and distance / spread > FAR]


def _amounts(proposals: Sequence[Proposal]) -> list[tuple[int, str]]:
    """Money against money of the same currency only."""
    reasons = []
    for currency in sorted({row.currency for row in proposals}):
        same = {n: row.amount for n, row in enumerate(proposals) if row.currency == currency}
        amounts = {n: amount for n, amount in same.items() if amount is not None}
        reasons += _numbers(amounts, "amount")
    return reasons


def _figures(values: Sequence[Any], label: str) -> list[tuple[int, str]]:
    return _numbers(
        {n: number for n, value in enumerate(values) if (number := _number(value)) is not None}, label
    )


def _numbers(values: Mapping[int, Decimal], label: str) -> list[tuple[int, str]]:
    positions = far({n: float(value) for n, value in values.items()})
    if not positions:
        return []
    middle = Decimal(median(values.values()))
    return [(n, f"{label} {wording.money(values[n])} {_against(values[n], middle)}") for n in positions]


def _against(value: Decimal, middle: Decimal) -> str:
    if middle > 0 and value / middle >= 2:
        ratio = value / middle
        return f"is {ratio:.1f}× the median" if ratio < 10 else f"is {ratio:,.0f}× the median"
    return f"where the median is {wording.money(middle.quantize(Decimal('0.01')))}"


def _days(values: Sequence[Any], label: str) -> list[tuple[int, str]]:
    days = {n: date.fromisoformat(value).toordinal() for n, value in enumerate(values) if _is_day(value)}
    if not days:
        return []
    middle = int(median(days.values()))
    reasons = []
    for n in far({n: float(day) for n, day in days.items()}):
        apart = days[n] - middle
        if abs(apart) > DAYS:
            side = "after" if apart > 0 else "before"
            reasons.append((n, f"{label} is {abs(apart)} days {side} the median"))
    return reasons


def _is_day(value: Any) -> bool:
    try:
        return wording.is_day(value) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _strange(values: Sequence[str], label: str) -> list[tuple[int, str]]:
    """A value other than the one nearly all share."""
    common, many = Counter(values).most_common(1)[0]
    if many == len(values) or many < MOST * len(values):
        return []
    rule = f"{many} of {len(values)} say {common or 'nothing'}"
    return [(n, f"{label} {value or 'nothing'}; {rule}") for n, value in enumerate(values) if value != common]


def _unsure(proposals: Sequence[Proposal]) -> list[tuple[int, str]]:
    stated = {n: float(row.confidence) for n, row in enumerate(proposals) if row.confidence is not None}
    if not stated:
        return []
    middle = median(stated.values())
    low = [n for n in far(stated) if stated[n] < middle - UNSURE]
    silent = (
        [n for n in range(len(proposals)) if n not in stated] if len(stated) >= MOST * len(proposals) else []
    )
    told = [(n, f"confidence {stated[n]:.2f} where the median is {middle:.2f}") for n in low]
    return told + [(n, "no confidence was stated") for n in silent]


def _remarked(proposals: Sequence[Proposal]) -> list[tuple[int, str]]:
    """What the worker remarked on few of them only."""
    notes = [set((row.observation or {}).get("notes") or ()) for row in proposals]
    counts = Counter(note for one in notes for note in one)
    rare = {note for note, many in counts.items() if many <= (1 - MOST) * len(proposals)}
    return [(n, note) for n, one in enumerate(notes) for note in sorted(one & rare)]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _said(value: Any) -> str:
    if value is None:
        return ""
    return "yes" if value is True else "no" if value is False else str(value)
