"""What will happen, a line per argument: what it was and becomes, who changed it, where the evidence says so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from approvals import arguments as reading
from approvals import grounding, tools, wording
from approvals.answering import argument_kinds
from approvals.models import Decision, Evidence, Proposal
from approvals.showing import exhibits, inner
from approvals.visible import plain, visible

_CODE = re.compile(r"[0-9a-f][0-9a-f-]{19,}", re.ASCII)
LONG = 120
FOLDED_FROM = 3  # so many unchanged lines are put away


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
    stands: bool = False  # the target holds this value already

    @property
    def colour(self) -> int:
        return (self.pin - 1) % 9 + 1 if self.pin else 0

    @property
    def shown_label(self) -> SafeString:
        return visible(self.label)

    @property
    def spoken_label(self) -> str:
        return plain(self.label)


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
            if _has_parts(before) and _has_parts(after):
                before = None  # told part by part, below
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
                stands=now is not None and now == after and name not in edited,
            )
        )
        if name in edited:
            lines += _inside(look, name, first.get(name), after)
    return [*lines, *effects(target, look)]


def apart(lines: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """What changes, and, where they are many beside it, what stays as it is."""
    standing = [line for line in lines if line.stands]
    if len(standing) < FOLDED_FROM or len(standing) == len(lines):
        return list(lines), []
    return [line for line in lines if not line.stands], standing


def _editor(name: str, decisions: Sequence[Decision]) -> str:
    who = [row.reviewer.get_username() for row in decisions if name in row.changed_fields and row.reviewer]
    return f"changed by {who[-1]}" if who else "changed before signing"


def has_sides(value: Any) -> bool:
    """Whether an observed value itself has a before and an after."""
    return isinstance(value, dict) and {"before", "after"} <= value.keys()


def effects(target: Mapping[str, Any], look: Look) -> list[Change]:
    """What the worker foresaw in the target: an observation that itself has a before and an after."""
    found = []
    for name, value in target.items():
        if has_sides(value):
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
        kind = tools.get(proposal.tool, proposal.tool_version).grounded.get(name)
    except tools.UnknownTool:
        return False
    value = proposal.arguments.get(name)
    if kind is None or value in (None, "") or proposal.reverses:
        return False
    return not any(
        grounding.found(kind, str(value), row.content) for row in evidence if not exhibits.is_picture(row)
    )


def _has_parts(value: Any) -> bool:
    return isinstance(value, dict | list)


def _inside(look: Look, name: str, before: Any, after: Any) -> list[Change]:
    """A line for each part that differs, of values that both have parts."""
    if not _has_parts(before) or not _has_parts(after):
        return []
    return [
        Change(
            name=name,
            label=leaf.label,
            kind="multiline" if _has_parts(leaf.after or leaf.before) else leaf.kind or "text",
            after=visible(said(leaf.after, leaf.kind, look.currency)),
            before=visible(said(leaf.before, leaf.kind, look.currency)),
            edited=True,
        )
        for leaf in inner.differences(before, after, look.kinds.get(name), look.label(name))
    ]


def difference(proposal: Proposal, after: Mapping[str, Any]) -> list[Change]:
    """Only what an edit would change, from what is on the table to what was typed."""
    look = Look.of(proposal.tool, after, proposal.currency)
    lines = []
    for name in look.names(proposal.arguments, after):
        was, will = proposal.arguments.get(name), after.get(name)
        if was == will:
            continue
        lines += _inside(look, name, was, will) or [
            Change(
                name=name,
                label=look.label(name),
                kind=look.kind(name, will),
                after=look.value(name, will),
                before=look.value(name, was),
                edited=True,
            )
        ]
    return lines
