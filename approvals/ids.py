"""Identifiers: UUIDv7 inside, a short typed prefix outside (``prop_0192…``)."""

import os
import time
import uuid

PREFIXES = {
    "proposal": "prop",
    "run": "run",
    "execution": "exec",
    "case": "case",
    "agent": "agent",
    "step": "step",
    "batch": "batch",
    "saga": "saga",
    "order": "undo",
    "redrive": "redrive",
    "incident": "inc",
    "replay": "replay",
}


class UnknownId(ValueError):
    """The text is no identifier of that kind. Copy it as the API printed it, prefix included."""


def new() -> uuid.UUID:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits, so that rows sort by age."""
    return born(time.time_ns() // 1_000_000)


def born(milliseconds: int) -> uuid.UUID:
    """The id of something made so many milliseconds after 1970."""
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def show(kind: str, value: uuid.UUID) -> str:
    """``show("proposal", id)`` is ``"prop_"`` and 32 hexadecimal digits."""
    return f"{PREFIXES[kind]}_{value.hex}"


def read(kind: str, text: str) -> uuid.UUID:
    """The inverse of :func:`show`. Raises `UnknownId` on anything else."""
    prefix, _, digits = text.partition("_")
    if prefix != PREFIXES[kind] or len(digits) != 32:
        raise UnknownId(
            f"{text[:60]!r} is not the id of a {kind}: it looks like {PREFIXES[kind]}_ and 32 digits"
        )
    try:
        return uuid.UUID(hex=digits)
    except ValueError as error:
        raise UnknownId(f"{text[:60]!r} is not the id of a {kind}") from error
