"""The text of a definition between the form and the row: title and risk are fields of their own, the rest is typed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from approvals import sources
from approvals.kinds import Complaint

AROUND = 2  # lines shown before and after the one that is wrong
CONTEXT = 3  # lines shown before and after a change
HEAD = 3  # lines before those that were typed: the brace, the title and the risk


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    tone: str = ""  # old, new, wrong, or empty; skip: some were left out here


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, why, and the lines around it."""

    place: str
    message: str
    line: int = 0
    excerpt: tuple[Line, ...] = ()


def put_together(title: str, risk: str, typed: str) -> str:
    """The whole source. ``typed`` is an object without title and risk; its lines stay as they were typed."""
    rest = typed.strip()[1:]
    comma = "" if rest.strip() == "}" else ","
    title, risk = (json.dumps(word, ensure_ascii=False) for word in (title, risk))
    return f'{{\n  "title": {title},\n  "risk": {risk}{comma}\n{rest.lstrip(chr(10))}'


def taken_apart(source: str) -> tuple[str, str, str]:
    """Title, risk, and the rest as it is typed."""
    told = sources.read(source)
    title, risk = str(told.pop("title", "")), str(told.pop("risk", "medium"))
    lines = source.split("\n")
    if [line.strip().partition(":")[0] for line in lines[:HEAD]] == ["{", '"title"', '"risk"']:
        return title, risk, "\n".join(["{", *lines[HEAD:]])
    return title, risk, json.dumps(told, indent=2, ensure_ascii=False)


def faults(typed: str, complaints: Sequence[Complaint]) -> list[Fault]:
    """Where in what was typed each complaint belongs."""
    return [
        fault_at(typed, "/".join(map(str, place)), words, sources.line_of(typed, place))
        for place, words in complaints
    ]


def fault_at(typed: str, place: str, message: str, line: int) -> Fault:
    lines = typed.split("\n")
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    shown = tuple(
        Line(number, lines[number - 1][:300], "wrong" if number == line else "")
        for number in range(first, last + 1)
    )
    return Fault(place, message, line, shown if line else ())


def difference(before: str, after: str) -> list[Line]:
    """What one version changed against the one before it, with a little around it."""
    old, new = before.split("\n"), after.split("\n")
    found: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        if found or group[0][3] > 0:
            found.append(Line(0, "", "skip"))
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                found += [Line(j + 1, new[j]) for j in range(j1, j2)]
                continue
            found += [Line(i + 1, old[i], "old") for i in range(i1, i2)]
            found += [Line(j + 1, new[j], "new") for j in range(j1, j2)]
    return found
