"""A target that moved after it was signed: field by field what it was, what it is, and what the write would leave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString

from approvals.models import Proposal
from approvals.showing import changes, foreseen, inner, target_facts
from approvals.showing.changes import Look
from approvals.visible import visible


@dataclass(frozen=True)
class Line:
    """One field on three sides. ``would`` is empty where the write does not touch it; ``conflict``: what it would set
    has itself been changed.
    """

    label: SafeString
    was: SafeString
    now: SafeString
    would: SafeString | str = ""
    kind: str = "text"
    conflict: bool = False
    agrees: bool = False  # the target came to hold by itself what the write would set


@dataclass(frozen=True)
class Drift:
    """``moved`` with conflicts first; ``still``: what the write touches and nobody else did."""

    moved: list[Line]
    still: list[Line]
    was_at: datetime | None = None

    @property
    def conflicts(self) -> int:
        return sum(line.conflict for line in self.moved)


def read(proposal: Proposal) -> Drift | None:
    """None where nothing was sent back, or nothing that can be shown has changed."""
    observation = proposal.observation or {}
    was, now = observation.get("was"), observation.get("before") or {}
    if not isinstance(was, dict):
        return None
    look = Look.of(proposal.tool, proposal.arguments, proposal.currency)
    names = look.names(was, now)
    moved = [line for name in names if was.get(name) != now.get(name)
             for line in _moved(look, name, was.get(name), now.get(name), proposal.arguments)]  # fmt: skip
    still = [
        _line(look, name, was[name], now[name], proposal.arguments)
        for name in names
        if was.get(name) == now.get(name) and name in proposal.arguments and not _has_parts(now.get(name))
    ]
    read_at = observation.get("was_at")
    return Drift(
        sorted(moved, key=lambda line: not line.conflict), still, parse_datetime(read_at) if read_at else None
    )


def _moved(look: Look, name: str, was: Any, now: Any, arguments: Mapping[str, Any]) -> Iterator[Line]:
    if changes.has_sides(was) and changes.has_sides(now):
        yield _running(look, name, was, now)
    elif _has_parts(was) and _has_parts(now):
        for leaf in inner.differences(was, now, look.kinds.get(name), look.label(name)):
            yield _leaf(look, leaf, name, arguments)
    else:
        yield _line(look, name, was, now, arguments)


def _line(look: Look, name: str, was: Any, now: Any, arguments: Mapping[str, Any]) -> Line:
    """A field of the target under its own name: where the write has an argument of that name, it sets it."""
    sets = name in arguments
    will = arguments.get(name)
    agrees = sets and will == now
    return Line(
        visible(look.label(name)), _said(look, name, was), _said(look, name, now),
        _said(look, name, will) if sets else "", look.kind(name, now if now is not None else was),
        conflict=sets and was != now and not agrees, agrees=agrees and was != now,
    )  # fmt: skip


def _leaf(look: Look, leaf: inner.Leaf, name: str, arguments: Mapping[str, Any]) -> Line:
    """A part of a record. It is in conflict where the write names the record by what it said before."""
    will = arguments.get(name)
    sets = will is not None and not _has_parts(will) and will == leaf.before
    return Line(
        visible(leaf.label), _part(look, leaf.kind, leaf.before), _part(look, leaf.kind, leaf.after),
        _said(look, name, will) if sets else "", leaf.kind or "text", conflict=sets,
    )  # fmt: skip


def _running(look: Look, name: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Line:
    """A figure that the write carries on, such as a total: from wherever it stands."""
    currency = str(now.get("currency", ""))
    kind = "money" if currency else ""
    ends = (was.get("before"), now.get("before"), now.get("after"))
    first, second, third = (visible(changes.said(end, kind, currency)) for end in ends)
    return Line(visible(look.label(name)), first, second, third, kind or "text")


def _said(look: Look, name: str, value: Any) -> SafeString:
    if name in look.kinds and not isinstance(value, dict):
        return look.value(name, value)
    return _part(look, "", value)


def _part(look: Look, kind: str, value: Any) -> SafeString:
    if _has_parts(value):
        return visible(target_facts.inline(value))
    return visible(foreseen.wording_of(value, kind, look))


def _has_parts(value: Any) -> bool:
    return isinstance(value, dict | list)
