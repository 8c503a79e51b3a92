"""Kinds of tool an admin may declare. A connector, above, registers how a definition of its kind is read and built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from approvals.tools import Tool

Complaint = tuple[tuple[str | int, ...], str]  # where in the definition, and what is wrong there


class UnknownKind(LookupError):
    """No connector registered a kind of that name."""


class NotADefinition(ValueError):
    """What was declared cannot be built. ``complaints`` say where and why."""

    def __init__(self, complaints: Sequence[Complaint]):
        super().__init__("; ".join(message for _, message in complaints)[:500])
        self.complaints = list(complaints)


@dataclass(frozen=True)
class Declared:
    """One version of a declared tool, as its kind builds it."""

    name: str
    version: int
    workspace_slug: str
    definition: dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """``build`` returns the tool and what comes with it, such as its way back, and raises `NotADefinition`;
    ``secrets`` names those that the worker will need; ``examples`` are definitions to start from, by title.
    """

    name: str
    title: str
    says: str
    build: Callable[[Declared], Sequence[Tool]]
    secrets: Callable[[dict[str, Any]], list[str]]
    examples: Mapping[str, str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Registering the same name twice replaces it."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name. Raises `UnknownKind`."""
    if name not in _kinds:
        raise UnknownKind(name)
    return _kinds[name]


def every() -> list[Kind]:
    """All registered kinds, in the order in which they were registered."""
    return list(_kinds.values())
