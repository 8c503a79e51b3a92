"""Arguments between the wire and the tool: validated, normalised, and said back in the tool's own field names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from approvals.circumstances import ArgumentError
from approvals.tools import Arguments, Tool

LARGEST_AMOUNT, MOST_PLACES = Decimal(10) ** 14, 12
PARTIES = ("vendor", "payee", "customer", "recipient", "to")  # arguments that say whom it is about


@dataclass(frozen=True)
class Reading:
    """``value`` is the tool's model, or None when the schema refuses; ``normal`` is what runs and is signed."""

    normal: dict[str, Any]
    value: Arguments | None
    errors: tuple[ArgumentError, ...] = ()


def read(tool: Tool, raw: Mapping[str, Any]) -> Reading:
    """Validate raw JSON against the tool's schema. Never raises: errors are facts for the gates and the form."""
    try:
        value = tool.Arguments.model_validate(dict(raw))
    except ValidationError as refusal:
        return Reading(dict(raw), None, tuple(_errors(refusal)))
    if beyond := _beyond_measure(tool, value):
        return Reading(dict(raw), None, (beyond,))
    return Reading(value.model_dump(mode="json", exclude_none=True), value)


def _beyond_measure(tool: Tool, value: Arguments) -> ArgumentError | None:
    """An amount that no limit is measured in and no column holds: "1e999999" is a number too."""
    amount, _ = tool.amount(value) or (None, "")
    if amount is None or (abs(amount) < LARGEST_AMOUNT and amount == round(amount, MOST_PLACES)):
        return None
    field = next((name for name, told in value if isinstance(told, Decimal) and abs(told) == abs(amount)), "")
    return ArgumentError(field or "arguments", "The amount is beyond all measure", missing=False)


def _errors(refusal: ValidationError) -> list[ArgumentError]:
    return [
        ArgumentError(
            field="/".join(str(part) for part in error["loc"])[:120] or "arguments",
            message=error["msg"][:200],
            missing=error["type"] == "missing"
            or (error["input"] is None and error["type"] != "extra_forbidden"),
        )
        for error in refusal.errors(include_url=False, include_context=False)
    ]


def dates(tool: Tool, value: Arguments | None) -> dict[str, date]:
    """The tool's dates, for the bounds gate; none while the arguments are invalid."""
    if value is None:
        return {}
    found = tool.dates(value)
    return {name: day.date() if isinstance(day, datetime) else day for name, day in found.items() if day}


def party(normal: Mapping[str, Any]) -> str:
    """Whom it is about, where the arguments say so; empty where they do not."""
    named = (normal.get(name) for name in PARTIES)
    return next((value for value in named if isinstance(value, str) and value.strip()), "")[:120]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the top-level fields that differ, sorted."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
