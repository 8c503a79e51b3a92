"""Values of a column's type, validated within its bounds and brought into one spelling."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil, floor
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from approvals import canonical
from runs.connectors.sql.columns import Column
from runs.connectors.values import Day, Text, not_a_truth, visible_lines

LARGEST = canonical.LARGEST_INTEGER
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


def of(column: Column) -> Any:
    """The annotation of an argument that carries a value of this column."""
    match column.type:
        case "text":
            most = column.max_length or (20_000 if column.multiline else 200)
            bounds = Field(min_length=column.min_length or 1, max_length=most, pattern=column.pattern)
            return Annotated[
                Annotated[str, AfterValidator(visible_lines)] if column.multiline else Text, bounds
            ]
        case "integer":
            return _integer(column)
        case "decimal":
            return _decimal(column)
        case "date":
            return Annotated[Day, Field(ge=column.earliest, le=column.latest)]
        case "timestamp":
            return Annotated[
                datetime, BeforeValidator(_spelled), AfterValidator(_utc), AfterValidator(_within(column))
            ]
        case "boolean":
            return Annotated[bool, Field(strict=True)]
        case "enum":
            return Literal[tuple(column.values)]
        case "uuid":
            return Annotated[str, AfterValidator(_uuid)]
        case _:
            return Annotated[Any, AfterValidator(_json(column.max_length or 10_000))]


def _integer(column: Column) -> Any:
    low = -LARGEST if column.minimum is None else max(ceil(column.minimum), -LARGEST)
    high = LARGEST if column.maximum is None else min(floor(column.maximum), LARGEST)
    return Annotated[int, Field(ge=low, le=high, strict=True)]


def _decimal(column: Column) -> Any:
    places = 2 if column.places is None else column.places

    def spelled(value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-places)) + 0  # no minus zero

    return Annotated[
        Decimal,
        Field(
            max_digits=24, decimal_places=places, allow_inf_nan=False, ge=column.minimum, le=column.maximum
        ),
        BeforeValidator(not_a_truth),
        AfterValidator(spelled),
    ]


def _within(column: Column) -> Callable[[datetime], datetime]:
    def within(value: datetime) -> datetime:
        if column.earliest and value.date() < column.earliest:
            raise ValueError(f"the moment is before {column.earliest}")
        if column.latest and value.date() > column.latest:
            raise ValueError(f"the moment is after {column.latest}")
        return value

    return within


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _ISO.fullmatch(value.strip())):
        return value
    raise ValueError("a moment is written 2026-11-21T10:00:00Z")


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment has a time zone: 2026-11-21T10:00:00Z")
    return value.astimezone(UTC)


def _uuid(value: str) -> str:
    return str(UUID(value))


def _json(longest: int) -> Callable[[Any], Any]:
    def plain(value: Any) -> Any:
        canonical.check(value)
        if len(json.dumps(value, ensure_ascii=False).encode()) > longest:
            raise ValueError(f"the document is longer than {longest} bytes")
        return value

    return plain
