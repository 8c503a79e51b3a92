"""Money as printed: 1,234.56 and 1.234,56, 1'234.50, 1,23,456.00, ¥1,280, 500/-, 0.01-."""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from runs.workflows.expense.currencies import AFTER, BEFORE
from runs.workflows.expense.lines import Line

_NUMBER = re.compile(
    r"[0-9]{1,3}(?: [0-9]{3}){1,4},[0-9]{2}(?![0-9])|[0-9][0-9.,']*[0-9]|\.[0-9]{2}(?![0-9])|[0-9]"
)
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3}){1,3}(?![0-9.,])")
_UNIT = re.compile(
    r"\s?(?:%|(?:KGS?|GR?|ML|CL|CM|MM|M|OZ|LBS?|LTR?|LT|L|LIT(?:RE|ER)S?|GB|MB|PCS?|KM|KWH|STK|INCH|HRS?|[AP]M|PPM|X[0-9])"
    r"(?![A-Z0-9])|[:/][0-9]|\"[0-9X])"
)
_POINT = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3}){0,4}\.[0-9]{2}(?![0-9.,])")
_COMMA = re.compile(r"(?<![0-9])[0-9]{1,3}(?:[. '][0-9]{3}){0,4},[0-9]{2}(?![0-9.,])")
_GROUPED = re.compile(r"[0-9]{1,3}([,.' ])(?:[0-9]{2,3}\1)*[0-9]{3}|[0-9]{1,9}")
_CENT = Decimal("0.01")
LONGEST = 18
MOST = 1500
MOST_ON_A_LINE = 60


@dataclass(frozen=True, slots=True)
class Amount:
    """One printed amount with the words that lead up to it.

    `exact` says that it shows its minor unit (12.50); `sign` is a currency printed beside it, at `sign_at`.
    """

    value: Decimal
    start: int
    end: int
    line: int
    label: str
    exact: bool
    sign: str | None
    sign_at: tuple[int, int]
    doubtful: int


def money(value: Decimal) -> str:
    """The decimal string the rest of the house speaks: two digits, no grouping."""
    return str(value.quantize(_CENT))


def comma_is_decimal(lines: list[Line]) -> bool:
    """Whether this document writes 1.234,56."""
    styles: Counter[str] = Counter()
    for line in lines:
        styles["point"] += len(_POINT.findall(line.folded))
        styles["comma"] += len(_COMMA.findall(line.folded))
    return styles["comma"] > styles["point"]


def amounts_of(lines: list[Line]) -> list[Amount]:
    """Every amount of money in reading order, the first and last ones where there are too many."""
    comma = comma_is_decimal(lines)
    found: list[Amount] = []
    for line in lines:
        found.extend(_amounts_on(line, comma))
    return found if len(found) <= MOST else found[: MOST // 2] + found[-MOST // 2 :]


def _amounts_on(line: Line, comma: bool) -> list[Amount]:
    text = line.folded
    found: list[Amount] = []
    position, label_from = 0, 0
    while len(found) < MOST_ON_A_LINE and (match := _NUMBER.search(text, position)):
        start = match.start()
        before = BEFORE.search(text, max(0, start - 10), start)
        end = _end(text, start, match.end(), before is not None)
        position = end
        after = AFTER.match(text, end)
        mark = before or after
        sign = mark[1] if mark else None
        lead = before.start(1) if before else start
        value, exact = _read(text[start:end], comma, sign is not None)
        if value is None or not _stands_alone(text, start, end, sign is not None):
            continue
        if _negative(text, start, end, lead):
            value = -value
        label = text[label_from:lead].strip(" :.-*=(")
        place = line.start + start, line.start + end, line.number
        sign_at = (line.start + mark.start(1), line.start + mark.end(1)) if mark else (0, 0)
        found.append(Amount(value, *place, label, exact, sign, sign_at, line.doubtful))
        if exact or sign:
            label_from = after.end() if after else end
    return found


def _end(text: str, start: int, end: int, marked: bool) -> int:
    """Where the number ends, with thousands set apart by spaces if a currency stands beside it."""
    spaced = _SPACED.match(text, start)
    if spaced and spaced.end() > end and (marked or AFTER.match(text, spaced.end())):
        return spaced.end()
    return end


def _stands_alone(text: str, start: int, end: int, marked: bool) -> bool:
    """Not a piece of a code, a date, a time, a telephone number, a measure or a percentage."""
    if _UNIT.match(text, end) or end - start > LONGEST:
        return False
    before = text[start - 1] if start else " "
    earlier = text[start - 2] if start > 1 else " "
    if marked:
        return True
    if before.isalpha():
        return before == "X" and not earlier.isalpha()
    if before in "-:/.,'#" and (earlier.isalnum() or before in "/#"):
        return before == ":" and not earlier.isdigit()
    if end < len(text) and text[end] == "-":
        return end + 1 >= len(text) or not text[end + 1].isalnum()
    return True


def _negative(text: str, start: int, end: int, mark: int) -> bool:
    for place in {start - 1, mark - 1}:
        if place >= 0 and text[place] == "-":
            before = text[place - 1] if place else " "
            if place >= mark or not (before.isalnum() or before == "-"):
                return True
    if start and text[start - 1] == "(" and text[end : end + 1] == ")":
        return True
    return text[end : end + 1] == "-" and text[end - 3 : end - 2] in (".", ",")


def _read(token: str, comma: bool, marked: bool) -> tuple[Decimal | None, bool]:
    """The value of a number and whether it shows its minor unit; None where it is no money."""
    if token[0] == ".":
        return Decimal("0" + token), True
    last = max(token.rfind("."), token.rfind(","))
    tail = len(token) - last - 1
    if last < 0 or tail == 3:
        return _whole(token, comma, marked), False
    if tail > 2 or (tail == 1 and not marked):
        return None, False
    groups = _GROUPED.fullmatch(token[:last])
    if groups is None or groups[1] == token[last]:
        return None, False
    if token[last] == "," and not (comma or marked or groups[1] == "."):
        return None, False
    return Decimal(_digits(token[:last]) + "." + token[last + 1 :]), True


def _digits(token: str) -> str:
    return "".join(character for character in token if character.isdigit())


def _whole(token: str, comma: bool, marked: bool) -> Decimal | None:
    """A number without a minor unit: grouped, or bare."""
    groups = _GROUPED.fullmatch(token)
    if not groups:
        return None
    separator = groups[1]
    if separator == "." and not (comma or marked):
        return None
    if separator == "," and comma:
        return None
    return Decimal(_digits(token))
