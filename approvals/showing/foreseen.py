"""What a rehearsal foresaw, a typed line per field: how the target stands, and how it would stand after the write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from approvals import wording
from approvals.models import Proposal
from approvals.showing import changes, exhibits, inner
from approvals.showing.changes import Change, Look
from approvals.visible import visible

SIDES = ("before", "after")


@dataclass(frozen=True)
class Foreseen:
    """``changes`` first, what stays apart from them, and everything else that was said, as ``facts``."""

    changes: list[Change] = field(default_factory=list)
    unchanged: list[Change] = field(default_factory=list)
    facts: list[dict[str, SafeString]] = field(default_factory=list)


def read(proposal: Proposal, arguments: Mapping[str, Any], would: Mapping[str, Any]) -> Foreseen:
    """Of a connector's words, whatever their shape: they are untrusted, and shown as text."""
    look = Look.of(proposal.tool, arguments, proposal.currency)
    before, after = would.get("before"), would.get("after")
    rest = {name: value for name, value in would.items() if name not in SIDES}
    effects = {name: value for name, value in rest.items() if changes.has_sides(value)}
    lines = [] if not isinstance(after, dict) else _lines(look, before, after)
    moving, still = changes.apart([*lines, *changes.effects(effects, look)])
    told = {name: value for name, value in rest.items() if name not in effects}
    if not isinstance(after, dict):
        told = {name: after for name in ("after",) if after is not None} | told
        told |= before if isinstance(before, dict) else {}
    return Foreseen(
        moving, still, [exhibits.fact(name, value) for name, value in told.items() if value is not None]
    )


def _lines(look: Look, before: Any, after: Mapping[str, Any]) -> list[Change]:
    stood: Mapping[str, Any] = before if isinstance(before, dict) else {}
    found: list[Change] = []
    for name in look.names(stood, after):
        was, will = stood.get(name), after.get(name)
        found += _inside(look, name, was, will) or [_line(look, name, was, will)]
    return found


def _line(look: Look, name: str, was: Any, will: Any) -> Change:
    return Change(
        name=name,
        label=look.label(name),
        kind=look.kind(name, will if will is not None else was),
        after=look.value(name, will),
        before="" if was is None or was == will else look.value(name, was),
        stands=was is not None and was == will,
    )


def _inside(look: Look, name: str, was: Any, will: Any) -> list[Change]:
    """Part by part, of a value with parts that changes."""
    if not (isinstance(was, dict | list) and isinstance(will, dict | list)) or was == will:
        return []
    leaves = inner.differences(was, will, look.kinds.get(name), look.label(name))
    return [
        Change(
            name, leaf.label, leaf.kind or "text", visible(wording_of(leaf.after, leaf.kind, look)),
            visible(wording_of(leaf.before, leaf.kind, look)),
        )
        for leaf in leaves
    ]  # fmt: skip


def wording_of(value: Any, kind: str, look: Look) -> str:
    """A leaf in words; a day or a moment is told by its spelling where the schema tells no kind."""
    if isinstance(value, str) and not kind:
        return wording.day_or_words(wording.stamp_or_words(value)) or "nothing"
    return changes.said(value, kind, look.currency)
