"""One spelling for one meaning: canonical JSON (RFC 8785) and the digests taken over it."""

import hashlib
from collections.abc import Iterable
from typing import Any

import rfc8785

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 32


class NotCanonical(ValueError):
    """A value that JSON readers would not agree on. ``pointer`` (RFC 6901) says where, ``remedy`` what to do."""

    def __init__(self, pointer: str, remedy: str):
        super().__init__(f"{pointer or 'the document'}: {remedy}")
        self.pointer = pointer
        self.remedy = remedy


def check(value: Any, pointer: str = "", depth: int = 0) -> None:
    """Raise `NotCanonical` for what PostgreSQL or RFC 8785 cannot keep: NUL, half characters, NaN, huge numbers."""
    if depth > DEEPEST:
        raise NotCanonical(pointer, f"nested deeper than {DEEPEST} levels; send a flatter document")
    match value:
        case str():
            _check_text(value, pointer)
        case bool() | None:
            pass
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical(
                    pointer, "an integer beyond 2^53 loses digits in JSON; send it as a string"
                )
        case float():
            if value != value or value in (float("inf"), float("-inf")):
                raise NotCanonical(pointer, "NaN and Infinity are not JSON numbers; send a number or null")
        case dict():
            for name, member in value.items():
                _check_text(name, pointer)
                check(member, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", depth + 1)
        case list() | tuple():
            for index, member in enumerate(value):
                check(member, f"{pointer}/{index}", depth + 1)
        case _:
            raise NotCanonical(pointer, f"{type(value).__name__} is not a JSON type")


def _check_text(text: str, pointer: str) -> None:
    if "\x00" in text:
        raise NotCanonical(pointer, "the text holds a NUL character; remove it")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotCanonical(pointer, "the text holds a lone surrogate; send valid UTF-8")


def dumps(value: Any) -> bytes:
    """The canonical bytes of ``value``. Raises `NotCanonical` where there are none."""
    check(value)
    return rfc8785.dumps(value)


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
