"""Who issued the document: the legal name in the head, put back together where it was wrapped."""

import re
from dataclasses import dataclass

from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.lines import Line
from runs.workflows.expense.names import (
    ADDRESS,
    BUYER,
    GENERIC,
    LEGAL,
    LETTERS,
    OWNER,
    SELLER,
    TABLE,
    TAIL,
    TRADE,
    is_plain,
)

HEAD = 14
LONGEST = 120
_CONTINUED = ("&", "-", "AND", "(", "THE")
_CONTINUES = ("ENTERPRISE", "TRADING", "CO.", "COMPANY", "SDN", "SDN.", "GMBH", "LTD", "LIMITED", "INC.")
_IN_BRACKETS = re.compile(r"\([A-Z ]*\)")


@dataclass(frozen=True, slots=True)
class Name:
    """A candidate: the first and last line it stands on, how far it reaches, what speaks for it."""

    first: Line
    last: Line
    end: int
    score: float
    reason: str


def find_vendor(text: str, lines: list[Line]) -> Found:
    """The issuer's name as printed; line breaks inside a wrapped name become spaces."""
    head = _head(lines)
    placed = next((i for i, line in enumerate(head) if i and ADDRESS.search(line.folded)), len(head))
    names = [_name(head, index, placed) for index in range(len(head))]
    best = max((name for name in names if name is not None), key=_standing, default=None)
    if best is None:
        return cannot_tell("no name in the head")
    start = best.first.start + _prefix(best.first)
    while start < best.end and not (text[start].isalnum() or text[start] in "(（"):
        start += 1
    value = " ".join(text[start : best.end].split())
    if not LETTERS.search(value):
        return cannot_tell("no name in the head")
    return Found(value, _trust(best, head), start, best.end, best.reason)


def _standing(name: Name) -> float:
    """A name right below an order to the reader loses against one elsewhere."""
    return name.score - (1.0 if name.first.doubtful else 0.0)


def _trust(best: Name, head: list[Line]) -> float:
    """How often such a name is the one a reader takes: less below other names, more above an address."""
    if best.first.doubtful:
        return 0.5
    if best.reason == "labelled seller":
        return 0.93
    alone = not any(is_plain(line) for line in head if line.start < best.first.start)
    if best.reason == "legal name":
        return 0.95 if alone else 0.75
    below = next((line for line in head if line.start > best.last.start), None)
    held = below is not None and not is_plain(below)
    if best.reason == "name of a trade":
        return 0.92 if alone and held else 0.7
    return 0.8 if alone and held else 0.5


def _head(lines: list[Line]) -> list[Line]:
    """The lines above the table, without the buyer's block and without lines that speak to a machine."""
    head: list[Line] = []
    skip = 0
    for line in lines[:40]:
        buyer = BUYER.search(line.folded)
        if buyer:
            skip = 0 if LETTERS.search(line.folded, buyer.end()) else 3
        elif skip or line.doubtful == 2:
            skip = max(0, skip - 1)
        elif TABLE.search(line.folded) and (head or len(TABLE.findall(line.folded)) > 1):
            break
        else:
            head.append(line)
        if len(head) == HEAD:
            break
    return head


def _name(head: list[Line], index: int, placed: int) -> Name | None:
    """The name that ends on this line; `placed` is the first line of the address."""
    line = head[index]
    if len(line.text) > LONGEST:
        return None
    if _seller_prefix(line):
        return Name(line, line, _cut(line), 9.0, "labelled seller")
    legal = _end_of_legal_form(line.folded)
    if legal is not None:
        score = 5.0 - 0.15 * index if index <= placed + 1 else 1.7
        return Name(_beginning(head, index), line, line.start + legal, score, "legal name")
    if not is_plain(line):
        return None
    last = _ending(head, index)
    earlier = sum(1 for other in head[:index] if is_plain(other)) + (index > placed)
    if TRADE.search(line.folded) or TRADE.search(last.folded):
        return Name(_beginning(head, index), last, _cut(last), 2.5 - 0.6 * earlier, "name of a trade")
    return Name(line, last, _cut(last), 2.0 - 0.6 * earlier, "first line")


def _prefix(line: Line) -> int:
    """The characters before the name: "Seller:", "Owned by"."""
    owner = OWNER.match(line.folded)
    return _seller_prefix(line) or (owner.end() if owner else 0)


def _seller_prefix(line: Line) -> int:
    found = SELLER.match(line.folded)
    return found.end() if found and found.end() < len(line.text) else 0


def _end_of_legal_form(folded: str) -> int | None:
    """Where the legal form ends; a form that leads (株式会社…) takes the whole first word."""
    forms = list(LEGAL.finditer(folded))
    if not forms:
        return None
    if forms[-1].start() > 1 or folded[0].isascii():
        return forms[-1].end()
    return len(folded.split(" ", 1)[0]) if " " in folded[4:] else len(folded)


def _cut(line: Line) -> int:
    """Where the name ends: before a registration number or a telephone number."""
    tail = TAIL.search(line.folded)
    return line.start + (tail.start() if tail and tail.start() > 2 else len(line.text.rstrip(" ,;:*-")))


def _ending(head: list[Line], index: int) -> Line:
    """The line on which a name without a legal form ends."""
    line = head[index]
    for below in head[index + 1 :]:
        carries_on = line.folded.endswith("&") or GENERIC.fullmatch(below.folded[:LONGEST])
        if below.number != line.number + 1 or not carries_on or not is_plain(below):
            break
        line = below
    return line


def _beginning(head: list[Line], index: int) -> Line:
    """The line on which a wrapped name begins."""
    while index and _continues(head[index - 1], head[index]):
        index -= 1
    return head[index]


def _continues(above: Line, line: Line) -> bool:
    """Whether a line carries on the name above it."""
    if above.number != line.number - 1 or not is_plain(above):
        return False
    if LEGAL.search(above.folded) or TAIL.search(above.folded):
        return False
    if above.folded.endswith(_CONTINUED) or above.folded.count("(") > above.folded.count(")"):
        return True
    if line.folded.split(" ", 1)[0] in _CONTINUES:
        return True
    legal = LEGAL.search(line.folded)
    if legal is None:
        return False
    own = _IN_BRACKETS.sub("", line.folded[: legal.start()]).split()
    wrapped = len(above.text) + len(line.text) >= 28
    return not own or (len(own) == 1 and (len(own[0]) <= 3 or wrapped))
