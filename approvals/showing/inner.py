"""What changes inside a value with parts: leaf by leaf, each typed; rows of a list are matched before that."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from approvals import wording
from approvals.answering.argument_kinds import Kind

MOST_ROWS = 300  # beyond, rows are compared one by one, by their number


@dataclass(frozen=True)
class Leaf:
    """One part: where it is, in words, and what it was and becomes; None where there was or will be nothing."""

    label: str
    kind: str
    before: Any
    after: Any


def differences(before: Any, after: Any, kind: Kind | None, label: str) -> Iterator[Leaf]:
    """Every part that differs, in order."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _members(before, after, kind, label)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _rows(before, after, kind, label)
    else:
        yield Leaf(label, kind.kind if kind else "", before, after)


def _members(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: Kind | None, label: str
) -> Iterator[Leaf]:
    parts = {part.name: part for part in kind.parts} if kind else {}
    names = [name for name in parts if name in before or name in after]
    for name in [*names, *sorted((before.keys() | after.keys()) - parts.keys())]:
        part = parts.get(name)
        told = part.label if part else wording.label(str(name))
        yield from differences(before.get(name), after.get(name), part, f"{label} · {told}")


def _rows(before: list[Any], after: list[Any], kind: Kind | None, label: str) -> Iterator[Leaf]:
    part = kind.parts[0] if kind and kind.kind == "items" else kind
    for tag, start, end, first, last in _matched(before, after):
        common = min(end - start, last - first) if tag != "equal" else 0
        for step in range(common):
            yield from differences(
                before[start + step], after[first + step], part, f"{label} · {first + step + 1}"
            )
        if tag == "equal":
            continue
        for at in range(start + common, end):
            yield Leaf(f"{label} · {at + 1}, taken out", _kind(part), before[at], None)
        for at in range(first + common, last):
            yield Leaf(f"{label} · {at + 1}, new", _kind(part), None, after[at])


def _matched(before: list[Any], after: list[Any]) -> list[tuple[str, int, int, int, int]]:
    if len(before) == len(after) or max(len(before), len(after)) > MOST_ROWS:
        return [("replace", 0, len(before), 0, len(after))]
    was, will = ([json.dumps(row, sort_keys=True) for row in rows] for rows in (before, after))
    return list(SequenceMatcher(a=was, b=will, autojunk=False).get_opcodes())


def _kind(part: Kind | None) -> str:
    return part.kind if part and not part.parts else ""
