"""What will happen, a line per argument: what it was and becomes, who changed it, where the evidence says so."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from approvals import argument_kinds, grounding, tools, wording
from approvals import arguments as reading
from approvals.models import Decision, Evidence, Proposal
from approvals.visible import visible

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)
_CODE = re.compile(r"[0-9a-f][0-9a-f-]{19,}", re.ASCII)
LONG = 120
MANY = 5  # members of a record that still read well in one line


@dataclass(frozen=True)
class Change:
    """One line of the table; names are those that ``components/change.html`` reads."""

    name: str
    label: str
    kind: str
    after: SafeString
    before: SafeString | str = ""
    note: SafeString | str = ""
    pin: int = 0
    missing: bool = False
    edited: bool = False


@dataclass(frozen=True)
class Look:
    """How the values of one tool are shown: their kinds, and the currency of its money."""

    kinds: Mapping[str, argument_kinds.Kind]
    currency: str

    @classmethod
    def of(cls, tool_name: str, arguments: Mapping[str, Any], currency: str = "") -> "Look":
        named = arguments.get("currency")
        stated = named if isinstance(named, str) and len(named) == 3 else currency
        try:
            return cls(argument_kinds.of(tools.get(tool_name)), stated)
        except tools.UnknownTool:
            return cls({}, stated)

    def label(self, name: str) -> str:
        return self.kinds[name].label if name in self.kinds else wording.label(name)

    def names(self, *sources: Mapping[str, Any]) -> list[str]:
        """Names in the schema's order, then those the schema does not know."""
        present = {name for source in sources for name, value in source.items() if value is not None}
        return [name for name in self.kinds if name in present] + sorted(present - self.kinds.keys())

    def value(self, name: str, value: Any) -> SafeString:
        return visible(said(value, self.kinds[name].kind if name in self.kinds else "", self.currency))

    def kind(self, name: str, value: Any) -> str:
        """The class the line wears."""
        kind = self.kinds[name].kind if name in self.kinds else ""
        if isinstance(value, dict | list) or (
            isinstance(value, str) and ("\n" in value or len(value) > LONG)
        ):
            return "multiline"
        if isinstance(value, str) and _CODE.fullmatch(value):
            return "code"
        return {"decimal": "number", "moment": "date"}.get(kind, kind or "text")


def said(value: Any, kind: str, currency: str = "") -> str:
    """A value in words, whole: nothing is ever cut off."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case dict() | list():
            return "\n".join(_lines(value))
        case str() if kind == "date":
            return wording.day_or_words(value)
        case str() if kind == "moment":
            return _moment(value)
        case str() | int() | float() if kind in ("money", "decimal"):
            return wording.money(value, currency if kind == "money" else "")
    return str(value)


def _moment(value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
        return wording.moment(timezone.localtime(at) if at.tzinfo else at)
    except ValueError:
        return value


def _lines(value: Any, before: str = "") -> list[str]:
    if isinstance(value, dict):
        pairs = [(wording.label(str(name)), member) for name, member in value.items()]
    else:
        pairs = [(str(position), member) for position, member in enumerate(value, start=1)]
    found = []
    for name, member in pairs:
        if isinstance(member, dict | list) and member:
            found += [f"{before}{name}:", *_lines(member, before + "· ")]
        else:
            found.append(
                f"{before}{name}: {said(member, '') if not isinstance(member, dict | list) else 'nothing'}"
            )
    return found


def proposed(proposal: Proposal) -> dict[str, Any]:
    """What the agent sent, in the spelling of what is on the table, so that the two compare."""
    try:
        return reading.read(
            tools.get(proposal.tool, proposal.tool_version), proposal.proposed_arguments
        ).normal
    except tools.UnknownTool:
        return dict(proposal.proposed_arguments)


def rows(
    proposal: Proposal, evidence: Sequence[Evidence], pins: Mapping[str, int], decisions: Sequence[Decision]
) -> list[Change]:
    """Every argument on the table, in the schema's order; one that somebody changed shows the agent's value too."""
    look = Look.of(proposal.tool, proposal.arguments, proposal.currency)
    first = proposed(proposal)
    edited = set(reading.changed(first, proposal.arguments))
    target = (proposal.observation or {}).get("before") or {}
    lines = []
    for name in look.names(proposal.arguments, {name: first.get(name) for name in edited}):
        now, after = target.get(name), proposal.arguments.get(name)
        stands = not isinstance(now, dict | list | None) and now != after
        before, note = (now, "") if stands else (None, "")
        if name in edited:
            before, note = first.get(name, ""), _editor(name, decisions)
        lines.append(
            Change(
                name=name,
                label=look.label(name),
                kind=look.kind(name, after),
                after=look.value(name, after),
                before=look.value(name, before) if before is not None else "",
                note=note,
                pin=pins.get(name, 0),
                missing=name not in pins and name not in edited and unsupported(proposal, name, evidence),
                edited=name in edited,
            )
        )
    return [*lines, *_effects(target, look)]


def _editor(name: str, decisions: Sequence[Decision]) -> str:
    who = [row.reviewer.get_username() for row in decisions if name in row.changed_fields and row.reviewer]
    return f"changed by {who[-1]}" if who else "changed before signing"


def _effects(target: Mapping[str, Any], look: Look) -> list[Change]:
    """What the worker foresaw in the target: an observation that itself has a before and an after."""
    found = []
    for name, value in target.items():
        if isinstance(value, dict) and {"before", "after"} <= value.keys():
            currency = value.get("currency", "")
            before, after = (
                said(value[end], "money" if currency else "", currency) for end in ("before", "after")
            )
            label = wording.label(name)
            found.append(
                Change(name, label, "money", visible(after), visible(before), "in the target, if this runs")
            )
    return found


def unsupported(proposal: Proposal, name: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a value that must come from evidence is nowhere in it."""
    try:
        kind = tools.get(proposal.tool).grounded.get(name)
    except tools.UnknownTool:
        return False
    value = proposal.arguments.get(name)
    if kind is None or value in (None, "") or proposal.reverses:
        return False
    return not any(grounding.found(kind, str(value), row.content) for row in evidence)


def standing(proposal: Proposal) -> list[dict[str, Any]]:
    """The target as the worker read it, where it is not already told line by line."""
    observation = proposal.observation or {}
    look = Look.of(proposal.tool, proposal.arguments, proposal.currency)
    facts = []
    for name, value in (observation.get("before") or {}).items():
        if isinstance(value, dict) and {"before", "after"} <= value.keys():
            continue
        if name in proposal.arguments and not isinstance(value, dict | list | None):
            continue
        if isinstance(value, dict) and len(value) > MANY:
            facts += [
                _fact(member, _inline(value[member])) for member in sorted(value) if value[member] is not None
            ]
            continue
        words = (
            _one_line(value) if isinstance(value, dict) else said(value, _kind_in(look, name), look.currency)
        )
        facts.append(_fact(name, words))
    return facts


def _fact(name: str, words: str) -> dict[str, Any]:
    return {"label": visible(wording.label(name)), "value": visible(words)}


def moved(proposal: Proposal) -> list[Change]:
    """What changed in the target since the signatures of an earlier round."""
    observation = proposal.observation or {}
    was, now = observation.get("was"), observation.get("before") or {}
    if not isinstance(was, dict):
        return []
    return [
        Change(
            name,
            wording.label(name),
            "text",
            visible(_inline(now.get(name))),
            visible(_inline(was.get(name))),
        )
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]


def _kind_in(look: Look, name: str) -> str:
    return look.kinds[name].kind if name in look.kinds else ""


def _one_line(value: Mapping[str, Any]) -> str:
    told = [(name, member) for name, member in value.items() if member is not None]
    told.sort(key=lambda pair: str(pair[1]) if wording.is_day(pair[1]) else "")  # days last, in their order
    return ", ".join(f"{wording.label(name).lower()} {_inline(member)}" for name, member in told) or "nothing"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return _one_line(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return said(value, "moment" if _MOMENT.fullmatch(value) else "date")
    return said(value, "")


def difference(proposal: Proposal, after: Mapping[str, Any]) -> list[Change]:
    """Only what an edit would change, from what is on the table to what was typed."""
    look = Look.of(proposal.tool, after, proposal.currency)
    return [
        Change(
            name=name,
            label=look.label(name),
            kind=look.kind(name, after.get(name)),
            after=look.value(name, after.get(name)),
            before=look.value(name, proposal.arguments.get(name)),
            edited=True,
        )
        for name in look.names(proposal.arguments, after)
        if proposal.arguments.get(name) != after.get(name)
    ]
