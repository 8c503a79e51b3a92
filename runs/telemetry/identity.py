"""Ids of traces and spans: those a caller gave us, else made from our own ids, so that telling twice tells the same."""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

# https://www.w3.org/TR/trace-context/#traceparent-header
_PARENT = re.compile(r"\A[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})\Z")
SAMPLED = 1


@dataclass(frozen=True)
class Place:
    """A trace, and the span of it that is above; 0 where there is none."""

    trace: int
    parent: int = 0
    sampled: bool = True


def given(trace_parent: str) -> Place | None:
    """What a ``traceparent`` header says; None where it says nothing that can be used."""
    found = _PARENT.match(trace_parent.strip().lower())
    if found is None or trace_parent.lower().startswith("ff"):
        return None
    trace, parent, flags = (int(part, 16) for part in found.groups())
    return Place(trace, parent, bool(flags & SAMPLED)) if trace and parent else None


def place_of(trace_parent: str, own: UUID) -> Place:
    """Where something belongs: under its caller's span, or at the root of a trace that has its own id."""
    return given(trace_parent) or Place(own.int)


def span_of(kind: str, own: UUID | int) -> int:
    """The id of the span of one of our things: 64 bits, never 0."""
    name = own.hex if isinstance(own, UUID) else str(own)
    digest = hashlib.sha256(f"{kind}:{name}".encode()).digest()
    return int.from_bytes(digest[:8]) or 1
