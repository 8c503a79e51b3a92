"""Templates with ``{name}`` in them: in an address each value stays within its place, in a body it keeps its type."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from approvals.tools import Refused

_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)\}|[{}]")
NUMBER = "$number"  # {"$number": "{total}"} is a JSON number with exactly the digits of a decimal
Values = Mapping[str, Any]


def names(template: str) -> list[str]:
    """Names in braces. Raises ValueError for a brace that belongs to none."""
    found = []
    for part in _PART.finditer(template):
        if part[0] in "{}":
            raise ValueError("a brace that belongs to no {name}: a brace itself is written twice")
        if part[1]:
            found.append(part[1])
    return found


def only(template: str) -> str:
    """The name, when the template is that placeholder and nothing else; empty otherwise."""
    part = _PART.fullmatch(template)
    return (part[1] or "") if part else ""


def tree_names(template: Any) -> Iterator[tuple[str, bool]]:
    """Names in a body, each with whether its value may be more than a text: it stands alone."""
    match template:
        case str():
            alone = only(template)
            yield from ((name, bool(alone)) for name in names(template))
        case dict():
            for key, member in template.items():
                if names(key):
                    raise ValueError("names of members are fixed: no {name} stands in them")
                yield from tree_names(member)
        case list():
            for member in template:
                yield from tree_names(member)


def text(template: str, values: Values) -> str:
    """The template with the values as text; what is not told is empty."""
    return _filled(template, lambda name: spelled(values.get(name)))


def segment_path(template: str, values: Values) -> str:
    """A path in which no value leaves its segment. Raises `Refused`."""
    return _filled(template, lambda name: _segment(name, values.get(name)))


def encoded(value: str) -> str:
    """One value within an address (RFC 3986): nothing in it divides anything."""
    return quote(value, safe="", encoding="utf-8", errors="strict")


def spelled(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def _filled(template: str, value_of: Any) -> str:
    def put(part: re.Match[str]) -> str:
        return str(value_of(part[1])) if part[1] else part[0][:1]

    return _PART.sub(put, template)


def _segment(name: str, value: Any) -> str:
    told = spelled(value)
    if not told:
        raise Refused("proposal.invalid", f"{name} is empty, and is part of the address", name)
    if any(part in (".", "..") for part in re.split(r"[/\\]", told)):
        raise Refused("proposal.invalid", f"{name} would lead to another address", name)
    return encoded(told)


def body(template: Any, values: Values) -> Any:
    """The same tree with values in their own types; members and items that are not told are left out."""
    match template:
        case str():
            name = only(template)
            return values.get(name) if name else text(template, values)
        case dict() if set(template) == {NUMBER}:
            told = text(str(template[NUMBER]), values)
            return Decimal(told) if told else None
        case dict():
            members = {name: body(member, values) for name, member in template.items()}
            return {
                name: told for name, told in members.items() if told is not None or template[name] is None
            }
        case list():
            items = [(member, body(member, values)) for member in template]
            return [told for member, told in items if told is not None or member is None]
    return template


def dumps(value: Any) -> str:
    """JSON in which a decimal is a number with all of its digits."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {dumps(told)}" for name, told in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(dumps, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
