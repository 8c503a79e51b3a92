"""A definition as somebody types it: JSON, read strictly, and the line on which each of its parts stands."""

import json
import re
from collections.abc import Sequence
from typing import Any

from approvals import canonical

LONGEST = 64_000  # characters
DEEPEST = 16
_SPACE = re.compile(r"[ \t\n\r]*")
_STRINGS = json.JSONDecoder()
_PLAIN = re.compile(r"[^\s,\]}]+")
Path = tuple[str | int, ...]


class NotJson(ValueError):
    """The text cannot be read. ``line`` says where it stops making sense, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0):
        super().__init__(message)
        self.message, self.line = message, line


def read(text: str) -> dict[str, Any]:
    """The JSON object that a text is. Raises `NotJson`."""
    if len(text) > LONGEST:
        raise NotJson(f"A definition has at most {LONGEST:,} characters; this one has {len(text):,}")
    _refuse_depth(text)
    try:
        told = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
        canonical.check(told)
    except json.JSONDecodeError as error:
        raise NotJson(f"This is not JSON: {error.msg}, column {error.colno}", error.lineno) from None
    except canonical.NotCanonical as error:
        raise NotJson(str(error)) from None
    except (RecursionError, ValueError) as error:
        raise NotJson(str(error)[:200] or "This is nested too deep") from None
    if not isinstance(told, dict):
        raise NotJson("A definition is an object: it begins with { and ends with }", 1)
    return told


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line on which a part stands; of a part that is missing, the line of what it is missing from."""
    places = _places(text)
    wanted = tuple(path)
    while wanted and wanted not in places:
        wanted = wanted[:-1]
    return text.count("\n", 0, places.get(wanted, 0)) + 1


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} stands twice in one object")
    return told


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number in JSON")


def _refuse_depth(text: str) -> None:
    depth = deepest = 0
    for letter in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NotJson(f"This is nested deeper than {DEEPEST} levels")


def _places(text: str) -> dict[Path, int]:
    """Where each value begins, of a text that `read` has read."""
    found: dict[Path, int] = {}
    _value(text, _skip(text, 0), (), found)
    return found


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _value(text: str, at: int, path: Path, found: dict[Path, int]) -> int:
    """Notes the value that begins here and those within it; returns where it ends."""
    found[path] = at
    if text[at] == '"':
        return _STRINGS.raw_decode(text, at)[1]
    if text[at] in "{[":
        return _members(text, at, path, found)
    plain = _PLAIN.match(text, at)
    return plain.end() if plain else at + 1


def _members(text: str, at: int, path: Path, found: dict[Path, int]) -> int:
    named, end, number = text[at] == "{", "}" if text[at] == "{" else "]", 0
    at = _skip(text, at + 1)
    while text[at] != end:
        name: str | int = number
        begins = at
        if named:
            name, at = _STRINGS.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        at = _skip(text, _value(text, at, (*path, name), found))
        if named:
            found[(*path, name)] = begins
        if text[at] == ",":
            at = _skip(text, at + 1)
        number += 1
    return at + 1
