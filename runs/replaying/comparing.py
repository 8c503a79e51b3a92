"""What differs between what a run read and what is read today: value by value, without where it stands on the paper."""

from collections.abc import Iterator, Mapping
from typing import Any

LEFT_OUT = frozenset({"start", "end", "reason"})  # where a value was found and why it was believed
MOST = 60  # differences kept of one input
LONGEST = 300


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, str]]:
    """Steps that both know, each value that differs: ``{"step", "field", "then", "now"}``."""
    found = []
    for step in then.keys() & now.keys():
        before, after = dict(_leaves(then[step])), dict(_leaves(now[step]))
        for name in sorted(before.keys() | after.keys()):
            was, became = before.get(name, ""), after.get(name, "")
            if was != became:
                found.append({"step": step, "field": name, "then": was[:LONGEST], "now": became[:LONGEST]})
    return sorted(found, key=lambda one: (one["step"] != "propose", one["step"], one["field"]))[:MOST]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name not in LEFT_OUT:
                yield from _leaves(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, member in enumerate(value, start=1):
            yield from _leaves(member, f"{path}.{number}" if path else str(number))
    elif isinstance(value, float):
        yield path, f"{value:.3f}"
    elif value is not None:
        yield path, {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
