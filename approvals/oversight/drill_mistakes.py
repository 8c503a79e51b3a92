"""What could be wrong in a drill: one value of a settled proposal, exchanged for another that its evidence also shows.

Every mistake can be told by reading: the gates let it pass, since the wrong value stands in the evidence too, but not
where the right one stands. What a careful reader might honestly take for right is left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from approvals import grounding, tools
from approvals.answering import argument_kinds
from approvals.models import Evidence, Proposal

OTHER_AMOUNT, OTHER_DATE, OTHER_LINE, TRANSPOSED = "other_amount", "other_date", "other_line", "transposed"
WEIGHTS = {OTHER_AMOUNT: 4, OTHER_DATE: 3, TRANSPOSED: 2, OTHER_LINE: 1}
READABLE = ("text", "table", "record")
NEXT_TO_RIGHT = Decimal("0.02")  # closer amounts are roundings, and a matter of opinion
FAR_FROM_RIGHT = 8
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[., ]?\d{3})*)[.,](\d{2})(?![\d.,]*\d)")
_DAY = re.compile(
    r"(?<!\d)(?:(?P<iso>\d{4}-\d{2}-\d{2})|(?P<day>\d{1,2})(?P<mark>[./-]|\s)(?P<month>\d{1,2}|[^\W\d_]{3,12})(?P=mark)"
    r"(?P<year>\d{4}|\d{2}))(?!\d)"
)
_A_TOTAL = re.compile(r"(?<!sub)(?<!sub[ -])total|amount due|balance due|to pay", re.IGNORECASE)


@dataclass(frozen=True)
class Mistake:
    """``right`` became ``wrong``, which the drill claims to have read at these characters of one piece."""

    field: str
    code: str
    right: Any
    wrong: Any
    position: int
    start: int
    end: int

    @property
    def weight(self) -> int:
        return WEIGHTS[self.code]


def possible(source: Proposal, evidence: Iterable[Evidence]) -> list[Mistake]:
    """Every mistake one could make of this proposal."""
    tool = tools.get(source.tool, source.tool_version)
    pages = [row for row in evidence if row.kind in READABLE and row.content]
    found: list[Mistake] = []
    for name, kind in argument_kinds.of(tool).items():
        right = source.arguments.get(name)
        maker = _MAKERS.get(tool.grounded.get(name, kind.kind))
        if maker is None or right in (None, "") or _stands_in_target(right, source.observation):
            continue
        if sum(_claims(row, name) for row in pages) <= 1:
            found += [mistake for row in pages for mistake in maker(source, name, str(right), row)]
    return found


def by_kind(mistakes: Iterable[Mistake]) -> dict[tuple[str, str], list[Mistake]]:
    """Mistakes of one kind in one field together: ten ways to misread a number are no likelier than one."""
    kinds: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in mistakes:
        kinds.setdefault((mistake.field, mistake.code), []).append(mistake)
    return kinds


def _claims(row: Evidence, name: str) -> bool:
    return any(span.get("field") == f"/{name}" for span in row.spans)


def _stands_in_target(right: Any, observation: Any) -> bool:
    """What the worker read in the target would give the drill away; sums follow the wrong value."""
    amount = number(right)
    seen = observation if amount is None else observed(observation, right, amount + 1)
    return str(right) in set(_strings(seen))


def observed(seen: Any, right: Any, wrong: Any) -> Any:
    """What the worker read, with sums that would come to another amount."""
    one, other = number(right), number(wrong)
    match seen:
        case dict():
            told = {name: observed(member, right, wrong) for name, member in seen.items()}
            before, after = (number(seen.get(name)) for name in ("before", "after"))
            if one is not None and other is not None and before is not None and after == before + one:
                told["after"] = f"{before + other:.2f}"
            return told
        case list():
            return [observed(member, right, wrong) for member in seen]
    return seen


def _strings(value: Any) -> Iterator[str]:
    """Every text in what the worker read."""
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from _strings(member)
        case list():
            for member in value:
                yield from _strings(member)


def _amounts(source: Proposal, name: str, right: str, row: Evidence) -> Iterator[Mistake]:
    """Another amount that is printed: the subtotal, what was tendered, the price of one thing."""
    wanted = number(right)
    if not wanted or not grounding.found("money", right, row.content):
        return
    taken = {abs(value) for value in map(number, source.arguments.values()) if value is not None}
    for match in _AMOUNT.finditer(row.content):
        amount = Decimal(re.sub(r"\D", "", match[1]) + "." + match[2])
        ratio = amount / abs(wanted)
        if (
            amount in taken
            or abs(ratio - 1) <= NEXT_TO_RIGHT
            or not 1 <= FAR_FROM_RIGHT * ratio <= FAR_FROM_RIGHT**2
        ):
            continue
        if not _A_TOTAL.search(line_at(row.content, match.start())):
            wrong = f"{amount.copy_sign(wanted)}"
            yield Mistake(name, OTHER_AMOUNT, source.arguments[name], wrong, row.position, *match.span())


def _dates(source: Proposal, name: str, right: str, row: Evidence) -> Iterator[Mistake]:
    """Another date that is printed: due, delivered, served. In the same month where the target speaks of months."""
    if not grounding.found("date", right, row.content):
        return
    speaks = any(re.match(r"\d{4}-\d{2}-\d{2}", text) for text in _strings(source.observation))
    for match in _DAY.finditer(row.content):
        day = _day(match)
        if day is None or day.isoformat() == right or (speaks and day.isoformat()[:7] != right[:7]):
            continue
        if grounding.found("date", right, match.group()):  # day and month may stand either way round
            continue
        yield Mistake(name, OTHER_DATE, right, day.isoformat(), row.position, *match.span())


def _day(match: re.Match[str]) -> date | None:
    """The date as it is written, day first where that is not said."""
    if match["iso"]:
        year, month, day = match["iso"].split("-")
    else:
        year, month, day = match["year"], match["month"], match["day"]
    named = grounding.MONTHS.get(month[:4].casefold()) or grounding.MONTHS.get(month[:3].casefold())
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), named or int(month), int(day))
    except ValueError:
        return None


def _transposed(source: Proposal, name: str, right: str, row: Evidence) -> Iterator[Mistake]:
    """Two neighbouring digits of a number, exchanged."""
    at = row.content.find(right)
    if at < 0 or not re.search(r"\d{4}", right):
        return
    for index in range(1, len(right) - 1):
        one, other = right[index], right[index + 1]
        wrong = right[:index] + other + one + right[index + 2 :]
        if one.isdigit() and other.isdigit() and one != other and wrong not in row.content:
            yield Mistake(name, TRANSPOSED, right, wrong, row.position, at, at + len(right))


def _lines(source: Proposal, name: str, right: str, row: Evidence) -> Iterator[Mistake]:
    """Another line of words."""
    if not grounding.found("name", right, row.content):
        return
    for match in re.finditer(r"[^\W\d_][^\d\n:]{3,58}[^\W\d_]", row.content):
        wrong = match.group().strip()
        alike = set(wrong.casefold().split()) & set(right.casefold().split())
        whole_line = line_at(row.content, match.start()).strip() == wrong
        if whole_line and " " in wrong and not alike and not _A_TOTAL.search(wrong):
            yield Mistake(name, OTHER_LINE, right, wrong, row.position, *match.span())


_MAKERS = {"money": _amounts, "date": _dates, "name": _lines, "text": _transposed}


def number(value: Any) -> Decimal | None:
    """A value as an amount, where it is one."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def line_at(text: str, position: int) -> str:
    """The line that holds this character."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else len(text)]


def in_text(field: str, value: Any, evidence: Sequence[Evidence]) -> tuple[Evidence, int, int] | None:
    """Where the evidence says so: the characters that were claimed for the field, else the first that spell it."""
    for row in evidence:
        for span in row.spans:
            if span.get("field") == f"/{field}" and "start" in span:
                return row, span["start"], span["end"]
    for row in evidence:
        for spelled in spellings(value):
            if (at := row.content.find(spelled)) >= 0:
                return row, at, at + len(spelled)
    return None


def spellings(value: Any) -> list[str]:
    """How a value may be written in a sentence, most exact first."""
    text = str(value)
    amount = number(value)
    if amount is not None:
        return list(dict.fromkeys([text, f"{amount:,.2f}", f"{amount:.2f}"]))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return [text]
    return [text, *(day.strftime(style) for style in ("%d %B %Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"))]
