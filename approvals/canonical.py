"""One spelling for one meaning: canonical JSON (RFC 8785) and the digests taken over it."""

import hashlib
import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

import rfc8785

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 32
_HALF = re.compile("[\ud800-\udfff]")
# RFC 8785 to the letter for what is plain, in a tenth of the time
_write_plain = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class NotCanonical(ValueError):
    """A value that JSON readers would not agree on. ``pointer`` (RFC 6901) says where, ``remedy`` what to do."""

    def __init__(self, pointer: str, remedy: str):
        super().__init__(f"{pointer or 'the document'}: {remedy}")
        self.pointer = pointer
        self.remedy = remedy

    def inside(self, name: str) -> "NotCanonical":
        """The same, seen from the object or list that holds the value under this name."""
        return NotCanonical(f"/{name.replace('~', '~0').replace('/', '~1')}{self.pointer}", self.remedy)


def check(value: Any, depth: int = 0) -> bool:
    """Raise `NotCanonical` for what PostgreSQL or RFC 8785 cannot keep: NUL, half characters, NaN, huge numbers.

    Returns whether it is plain: no fractions and only ASCII names, which every JSON writer spells and sorts alike.
    """
    if depth > DEEPEST:
        raise NotCanonical("", f"nested deeper than {DEEPEST} levels; send a flatter document")
    if isinstance(value, str):
        return _check_text(value) or True
    if isinstance(value, dict):
        return _check_members(value.items(), depth, named=True)
    if isinstance(value, list | tuple):
        return _check_members(enumerate(value), depth)
    return _check_atom(value)


def _check_members(members: Iterable[tuple[Any, Any]], depth: int, *, named: bool = False) -> bool:
    plain = True
    for name, member in members:
        if named and not _check_text(name):
            plain = False
        try:
            plain = check(member, depth + 1) and plain
        except NotCanonical as refusal:
            raise refusal.inside(str(name)) from None
    return plain


def _check_text(text: str) -> bool:
    """Whether it is plain ASCII."""
    if "\x00" in text:
        raise NotCanonical("", "the text holds a NUL character; remove it")
    if text.isascii():
        return True
    if _HALF.search(text):
        raise NotCanonical("", "the text holds a lone surrogate; send valid UTF-8")
    return False


def _check_atom(value: Any) -> bool:
    match value:
        case bool() | None:
            return True
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical("", "an integer beyond 2^53 loses digits in JSON; send it as a string")
            return True
        case float():
            if not isfinite(value):
                raise NotCanonical("", "NaN and Infinity are not JSON numbers; send a number or null")
            return False
    raise NotCanonical("", f"{type(value).__name__} is not a JSON type")


def dumps(value: Any) -> bytes:
    """The canonical bytes of ``value``. Raises `NotCanonical` where there are none."""
    return _write_plain(value).encode() if check(value) else rfc8785.dumps(value)


def digest(value: Any) -> str:
    """SHA-256 over the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 over UTF-8 text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def signed_digest(
    *,
    tool: str,
    tool_version: int,
    arguments: dict,
    subject: str,
    evidence: Iterable[str],
    observation: str | None,
) -> str:
    """What a reviewer signs: the write, what it is about, and everything shown as its reason.

    ``evidence`` are the digests of the evidence in order; ``observation`` is the digest of the target's state
    as the worker read it, or None where the tool cannot observe.
    """
    return digest(
        {
            "tool": tool,
            "tool_version": tool_version,
            "arguments": arguments,
            "subject": subject,
            "evidence": list(evidence),
            "observation": observation,
        }
    )
