"""Is a proposed value really in the evidence? Pure text, no library of the world: names, dates and money."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

_MONTHS = (
    "jan gen ene", "feb fev fév", "mar mär mrz maa", "apr avr abr kwi", "may mai mag mei maj", "jun jui giu juin cze",
    "jul lug juil lip", "aug aou aoû ago sie", "sep set wrz", "oct okt ott out paź paz", "nov lis",
    "dec dez dic déc gru",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_NUMBER = re.compile(r"\d[\d.,'’\u00a0\u202f ]*\d|\d")
_NO_DIGIT = re.compile(r"\D+")
_WORD = re.compile(r"[^\W_]+")
_DATE_PIECES = re.compile(r"\d+|[^\W\d_]+")
NEAR = 40  # characters that may lie between the parts of one date


def found(kind: str, value: str, text: str) -> bool:
    """Whether ``text`` supports ``value``. ``kind`` is name, date, money or text."""
    match kind:
        case "money":
            return _money(value, text)
        case "date":
            return _date(value, text)
        case "name":
            return _name(value, text)
        case _:
            return _plain(value) in _plain(text)


def _plain(text: str) -> str:
    if text.isascii():
        return " ".join(_WORD.findall(text.casefold()))
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(c for c in folded if not unicodedata.combining(c))))


def _money(value: str, text: str) -> bool:
    try:
        wanted = abs(Decimal(value))
    except InvalidOperation:
        return False
    core = "".join(map(str, wanted.as_tuple().digits)).strip("0")
    numbers = (match.group() for match in _NUMBER.finditer(text))
    return any(_holds(printed, core) and wanted in _readings(printed) for printed in numbers)


def _holds(printed: str, core: str) -> bool:
    """Whatever is read as an amount has that amount's digits in a row. Says yes where digits are of other scripts."""
    return not printed.isascii() or core in _NO_DIGIT.sub("", printed)


def _readings(printed: str) -> set[Decimal]:
    """Every amount a printed number may mean: 1.234,56 and 1,234.56 and 1 234 and OCR's ``54. 19``."""
    digits = re.sub(r"[\s'’\u00a0\u202f]", "", printed)
    readings = {re.sub(r"[.,]", "", digits)}
    for index, mark in enumerate(digits):
        if mark in ".," and len(digits) - index - 1 <= 2:
            readings.add(re.sub(r"[.,]", "", digits[:index]) + "." + digits[index + 1 :])
    # a space may also separate two numbers of a table row
    for part in re.split(r"[\s\u00a0\u202f]+", printed):
        if part != printed and part.strip(".,"):
            readings |= {str(reading) for reading in _readings(part.strip(".,"))}
    amounts = set()
    for reading in readings:
        try:
            amounts.add(Decimal(reading.rstrip(".") or "0"))
        except InvalidOperation:
            continue
    return amounts


def _date(value: str, text: str) -> bool:
    try:
        wanted = date.fromisoformat(value)
    except ValueError:
        return False
    pieces = [(match.group(), match.start()) for match in _DATE_PIECES.finditer(_spread(text))]
    for index in range(len(pieces) - 2):
        three = pieces[index : index + 3]
        if three[2][1] - three[0][1] <= NEAR and _is_date([piece for piece, _ in three], wanted):
            return True
    return f"{wanted:%Y%m%d}" in text or f"{wanted:%d%m%Y}" in text


def _spread(text: str) -> str:
    """Part letters from digits glued to them: ``30MAR2018`` reads ``30 MAR 2018``, ``2018年3月25日`` three numbers."""
    text = re.sub("[年月日]", " ", text)
    return re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", text)


def _is_date(pieces: list[str], wanted: date) -> bool:
    years = {f"{wanted:%Y}", f"{wanted:%y}"}
    for day, month, year in ((0, 1, 2), (1, 0, 2), (2, 1, 0)):
        if (
            pieces[day].isdigit()
            and len(pieces[day]) <= 2
            and int(pieces[day]) == wanted.day
            and pieces[year] in years
            and _month(pieces[month]) == wanted.month
        ):
            return True
    return False


def _month(piece: str) -> int | None:
    if piece.isdigit():
        return int(piece) if len(piece) <= 2 else None
    folded = piece.casefold()
    return MONTHS.get(folded[:4]) or MONTHS.get(folded[:3])


def _name(value: str, text: str) -> bool:
    """Most of the name's words stand in the text, or the whole name without its spaces does."""
    words = [word for word in _plain(value).split() if len(word) > 1]
    if not words:
        return _plain(value) in _plain(text)
    plain = _plain(text)
    if "".join(words) in plain.replace(" ", ""):
        return True
    present = set(plain.split())
    return sum(len(word) for word in words if word in present) >= 0.6 * sum(map(len, words))
