"""The target as the worker read it, in the few words that a glance takes in."""

import json
from collections.abc import Mapping
from typing import Any

from approvals import wording
from approvals.models import Proposal
from approvals.showing import changes
from approvals.visible import visible

SELF_EVIDENT = {"code", "name", "number", "state", "title"}
MANY = 5  # members of a record that still read well in one line


def standing(proposal: Proposal) -> list[dict[str, Any]]:
    """The target as the worker read it, where it is not already told line by line."""
    observation = proposal.observation or {}
    look = changes.Look.of(proposal.tool, proposal.arguments, proposal.currency)
    facts, missing = [], []
    for name, value in (observation.get("before") or {}).items():
        if isinstance(value, dict) and {"before", "after"} <= value.keys():
            continue
        if name in proposal.arguments and not isinstance(value, dict | list | None):
            continue
        if value is None:
            missing.append(wording.label(name).lower())
            continue
        if isinstance(value, dict) and len(value) > MANY:
            facts += [
                _fact(member, inline(value[member])) for member in sorted(value) if value[member] is not None
            ]
            continue
        words = (
            _one_line(value)
            if isinstance(value, dict)
            else changes.said(value, _kind_in(look, name), look.currency)
        )
        facts.append(_fact(name, words))
    return [*facts, _fact("not_there", wording.listed(missing))] if missing else facts


def _fact(name: str, words: str) -> dict[str, Any]:
    return {"label": visible(wording.label(name)), "value": visible(words)}


def _kind_in(look: changes.Look, name: str) -> str:
    return look.kinds[name].kind if name in look.kinds else ""


def _one_line(value: Mapping[str, Any]) -> str:
    told = [(name, member) for name, member in value.items() if member is not None]
    if span := wording.span(value.get("starts_on"), value.get("ends_on")):
        told = [pair for pair in told if pair[0] not in ("starts_on", "ends_on")] + [("name", span)]
    told.sort(key=lambda pair: str(pair[1]) if wording.is_day(pair[1]) else "")  # days last, in their order
    return ", ".join(_member(name, member) for name, member in told) or "nothing"


def _member(name: str, value: Any) -> str:
    """One member of a record in a line; what names the record or says how it stands needs no label."""
    words = inline(value)
    speaks = name in SELF_EVIDENT and isinstance(value, str)
    return words if speaks else f"{wording.label(name).lower()} {words}"


def inline(value: Any) -> str:
    """A value in one line, whatever its parts."""
    if isinstance(value, dict):
        return _one_line(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return changes.said(wording.stamp_or_words(value), "date")
    return changes.said(value, "")
