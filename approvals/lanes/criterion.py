"""One thing a step up asks for: what was measured, what is needed, and what is missing."""

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True)
class Criterion:
    """``missing`` is a sentence, empty where it is met; ``days``: at today's rate it is met in about so many."""

    key: str
    title: str
    met: bool
    measured: str
    needed: str
    missing: str = ""
    days: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def in_days(lacking: float, a_day: float) -> int | None:
    """When so many more have come; None where none come."""
    return ceil(lacking / a_day) if lacking > 0 and a_day > 0 else None


def percent(share: float, digits: int = 1) -> str:
    """A share as people read it: 0.0125 is "1.3 %", and what is not nought is not shown as it."""
    text = f"{100 * share:.{digits}f}"
    if share > 0 and float(text) == 0:
        return f"under {10**-digits:.{digits}f} %"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"
