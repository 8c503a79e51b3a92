"""Spans as we tell them, before any library is asked: plain values, so that they can be looked at without one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runs.telemetry import names

Attributes = dict[str, str | bool | int | float]


@dataclass(frozen=True)
class Event:
    """Something that happened within a span."""

    name: str
    at: datetime
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """From a moment until another. ``parent`` is 0 at the root of a trace. ``error`` is empty where all went well."""

    name: str
    trace: int
    id: int
    parent: int
    began_at: datetime
    ended_at: datetime
    attributes: Attributes
    events: tuple[Event, ...] = ()
    error: str = ""


def told(values: Mapping[str, Any]) -> Attributes:
    """Attributes without those that have nothing to say, and with the revision they are named by."""
    kept = {name: _plain(value) for name, value in values.items() if value not in (None, "")}
    return kept | {names.MAPPING: names.REVISION}


def _plain(value: Any) -> str | bool | int | float:
    return value if isinstance(value, str | bool | int | float) else str(value)
