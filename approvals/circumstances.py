"""The facts a gate may look at: plain values, gathered beforehand, so that every gate is a pure function."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.showing import pictures


@dataclass(frozen=True)
class Piece:
    """Evidence as the gates see it: searchable text, and the characters claimed to support each field.

    A picture has no text a gate could search; ``boxes`` are the fields it is said to show, for a person to check.
    """

    kind: str
    content: str
    spans: tuple[tuple[str, int, int], ...] = ()
    boxes: tuple[str, ...] = ()
    pictured: bool = False


def piece(kind: str, content: str, spans: Iterable[Mapping[str, Any]]) -> Piece:
    """A piece from evidence as it is kept."""
    if kind == "image" and pictures.claimed(content):
        return Piece(kind, "", boxes=tuple(s["field"] for s in spans if "box" in s), pictured=True)
    return Piece(kind, content, tuple((s["field"], s["start"], s["end"]) for s in spans if "box" not in s))


@dataclass(frozen=True)
class ArgumentError:
    """One thing the tool's schema says about the arguments. ``missing`` tells absent from wrong."""

    field: str
    message: str
    missing: bool = False


@dataclass(frozen=True)
class Terms:
    """A policy's terms, without the row."""

    currency: str = ""
    confidence_floor: Decimal = Decimal("0.9")
    ask_above: Decimal | None = None
    second_above: Decimal | None = None
    block_above: Decimal | None = None
    oldest_days: int | None = None
    future_days: int = 1
    protected: tuple[str, ...] = ()
    quorum: int = 1
    rate_per_hour: int | None = None
    spend_per_day: Decimal | None = None
    paused: bool = False


@dataclass(frozen=True)
class Circumstances:
    """Everything a ruling depends on. Money is in ``currency``; ``today`` is the workspace's own date."""

    tool: str
    risk: str
    reversibility: str
    customer_facing: bool
    grounded: dict[str, str]
    arguments: dict[str, Any]
    errors: tuple[ArgumentError, ...]
    dates: dict[str, date]
    amount: Decimal | None
    currency: str
    confidence: Decimal | None
    evidence: tuple[Piece, ...]
    terms: Terms
    today: date
    agent_tools: tuple[str, ...]
    is_reversal: bool = False
    edited_fields: tuple[str, ...] = ()  # values a person typed need no evidence
    same_event: tuple[str, ...] = ()  # live proposals with the same subject and arguments
    alike: tuple[str, ...] = ()  # proposals that look like the same event under another name
    refused: int = 0  # how often people said no to the very same of this agent within a day
    protected_texts: tuple[str, ...] = ()  # subject and names the write touches
    recent_count: int = 0  # proposals of this agent and tool in the last hour
    spent_today: Decimal = Decimal(0)
    agent_paused: bool = False
    workspace_paused: bool = False
    calibrated: Decimal | None = None  # what the agent's confidence has been worth in this lane
    threshold: Decimal | None = None  # the calibrated confidence the lane has earned to let pass
    stage: str = "assisted"
    share: int = 0  # percent of eligible proposals the lane lets pass by policy
    as_earned: bool = True  # it comes from the version of the agent that earned the lane's stage
    draw: int = 100  # this proposal's number from 0 to 99
    facts: dict[str, Any] = field(default_factory=dict)
