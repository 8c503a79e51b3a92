"""A change as it is put before a second admin, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TITLE = 200


@dataclass(frozen=True)
class Draft:
    """``payload`` is what will be set, ``standing`` what is there now: both plain JSON. At most one draft of a kind
    waits for what it is ``about``.
    """

    kind: str
    about: str
    title: str
    payload: dict[str, Any]
    standing: Any = None
    lines: list[dict[str, str]] = field(default_factory=list)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, str]]:
    """Every label whose value changes, with both values."""
    return [
        {"label": label, "before": before.get(label, ""), "after": value}
        for label, value in after.items()
        if before.get(label, "") != value
    ]


def line(label: str, after: str, before: str = "") -> dict[str, str]:
    return {"label": label, "before": before, "after": after}
