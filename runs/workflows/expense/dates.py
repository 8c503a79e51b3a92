"""The date of the document: every printed date, its reading, and which one is meant."""

import re
from dataclasses import dataclass
from datetime import date

from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.lines import Line
from runs.workflows.expense.months import NUMBER, PATTERN
from runs.workflows.expense.places import Place
from runs.workflows.expense.vocabulary import words

_NUMERIC = re.compile(
    r"(?<![0-9/.\-])([0-9]{4}|[0-9]{1,2})\s{0,2}([-/.])\s{0,2}([0-9]{1,2})\s{0,2}\2\s{0,2}"
    r"([12][0-9]{3}(?=[0-9]{2}:)|(?:[0-9]{4}|[0-9]{1,2})(?![0-9/]|[-.][0-9]))"
)
_WRITTEN = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})\s?(?:ST|ND|RD|TH|ER|º|\.)?[\s\-/.,']{{0,3}}(?:OF |DE )?({PATTERN})\.?[\s\-/.,']{{0,3}}"
    r"(?:DE |DEL )?([0-9]{4}|[0-9]{2})(?![0-9]|[.,][0-9]{2})"
)
_MONTH_FIRST = re.compile(
    rf"(?<![A-Z])({PATTERN})\.?[\s\-/.]{{0,2}}([0-9]{{1,2}})(?:ST|ND|RD|TH)?"
    r"(?:[\s,\-/.']{1,3})([0-9]{4}|'[0-9]{2})(?![0-9])"
)
_YEAR_MONTH = re.compile(rf"(?<![0-9])([12][0-9]{{3}})[\s\-/.]({PATTERN})[\s\-/.]([0-9]{{1,2}})(?![0-9])")
_EAST = re.compile(r"([12][0-9]{3})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_COMPACT = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])")
_NAMED = (
    (_WRITTEN, (3, 2, 1)),
    (_MONTH_FIRST, (3, 1, 2)),
    (_YEAR_MONTH, (1, 2, 3)),
    (_EAST, (1, 2, 3)),
    (_COMPACT, (1, 2, 3)),
)
LONGEST_LINE = 5000
_ALONE = 99.0
_TIME = re.compile(r"(?<![0-9])[0-2]?[0-9] ?[:.] ?[0-5][0-9](?: ?[:.] ?[0-5][0-9])?(?! ?%)|\b[AP]M\b")
_LABEL = words(
    "DATE DATED DATES DATUM FECHA DATA TARIKH DT DATO ISSUED LE DEN DEL VOM 日付 日時 発行日 取引日"
)
_MAIN_LABEL = words(
    """RECHNUNGSDATUM BELEGDATUM DATE_D'EMISSION FECHA_EMISION FECHA_DE_EMISION FECHA_FACTURA FECHA_DE_FACTURA
    FECHA_EXPEDICION FECHA_DE_EXPEDICION DATA_FATTURA ISSUED 発行日""",
    r"\b(?:INV\w*|BILL|RECEIPT|TAX|DOC\w*|SALES?|TRANS\w*|PURCHASE|ISSUE|ORDER) ?(?:DATE|DT)",
    r"\bDATE OF (?:ISSUE|INVOICE|SALE|PURCHASE)|DATE (?:DE )?(?:LA )?FACTUR",
)
_OTHER_DATE = words(
    """DUE EXP* VALID* UNTIL DELIVER* BEFORE FALLIG* ZAHLBAR* ECHEANCE* VENCIMIENTO* LIEFER* LEISTUNG* LIVRAISON*
    ENTREGA* SHIP* BIRTH* CHECK-IN CHECKIN CHECK-OUT CHECKOUT ARRIVAL DEPARTURE SCADENZA* BEST_BY RETURN* EXCHANGE*
    REFUND* PRINT* EFFECTIVE* SINCE PERIOD* REDEEM* PO_DATE PREV* LAST NEXT ZAHLUNGSZIEL* BIS W.E.F SST_REG REG_DATE
    REG._DATE PAY_BY 支払期限 お支払期日"""
)


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed date with its possible readings: (day first, month first), one None if impossible."""

    day_first: date | None
    month_first: date | None
    start: int
    end: int
    score: float

    @property
    def unclear(self) -> bool:
        """Whether the order of day and month changes the date."""
        return None not in (self.day_first, self.month_first) and self.day_first != self.month_first


def find_date(lines: list[Line], place: Place) -> Found:
    """The date of the document, with the order of day and month from the document and its country."""
    printed = [p for line in lines if line.doubtful < 2 for p in _dates_on(line)][:200]
    if not printed:
        return cannot_tell("no date printed")
    month_first, why = _order(printed, place)
    best: dict[date, Printed] = {}
    scores: dict[date, float] = {}
    for index, each in enumerate(printed):
        value = (each.month_first if month_first else each.day_first) or each.day_first or each.month_first
        if value is None:
            continue
        if value not in best or each.score > best[value].score:
            best[value] = each
        repeated = 0.4 if value in scores else -0.02 * index
        scores[value] = max(scores.get(value, each.score), each.score) + repeated
    ranked = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    value, score = ranked[0]
    proof = best[value]
    margin = score - ranked[1][1] if len(ranked) > 1 else _ALONE
    confidence, reason = _trust(proof, why, margin, score)
    return Found(value.isoformat(), confidence, proof.start, proof.end, reason)


def _trust(proof: Printed, why: str, margin: float, score: float) -> tuple[float, str]:
    if proof.unclear and why == "guess":
        return 0.5, "day or month first"
    if score < 0:
        return 0.4, "only another kind of date"
    confidence = 0.98 if margin == _ALONE else 0.95 if margin >= 1 else 0.75 if margin >= 0.3 else 0.6
    reason = "only date" if margin == _ALONE else "best supported date"
    if proof.unclear and why != "document":
        confidence = min(confidence, 0.97)
        reason += ", order from the country"
    return confidence, reason


def _order(printed: list[Printed], place: Place) -> tuple[bool, str]:
    """Whether the month comes first, and what says so: the document, its country, or a guess."""
    only_month = sum(1 for p in printed if p.day_first is None)
    only_day = sum(1 for p in printed if p.month_first is None)
    if only_month != only_day:
        return only_month > only_day, "document"
    if place.country is not None and (place.sure or place.country != "US"):
        return place.country == "US", ("guess" if place.country == "CA" else "country")
    return place.country == "US", "guess"


def _dates_on(line: Line) -> list[Printed]:
    """Every date on one line; a reading that no calendar has is no date."""
    text = line.folded[:LONGEST_LINE]
    found: list[Printed] = []
    if not any(c.isdigit() for c in text):
        return found
    taken = -1
    for start, end, day_first, month_first in sorted(_matches(text), key=lambda m: (m[0], -m[1])):
        if start < taken or (day_first is None and month_first is None):
            continue
        taken = end
        score = _score(line, start, end)
        found.append(Printed(day_first, month_first, line.start + start, line.start + end, score))
    return found


def _matches(text: str) -> list[tuple[int, int, date | None, date | None]]:
    found = []
    for m in _NUMERIC.finditer(text):
        a, b, c = m[1], m[3], m[4]
        if len(a) == 4:
            value = _date(a, b, c) if len(c) <= 2 else None
            found.append((m.start(), m.end(), value, value))
        elif len(c) != 1 and len(c) != 3:
            found.append((m.start(), m.end(), _date(c, b, a), _date(c, a, b)))
    for pattern, order in _NAMED:
        for m in pattern.finditer(text):
            value = _date(*(m[i] for i in order))
            found.append((m.start(), m.end(), value, value))
    return found


def _date(year: str, month: str, day: str) -> date | None:
    number = int(year.strip("'"))
    if number < 100:
        number += 2000 if number < 70 else 1900
    try:
        value = date(number, NUMBER.get(month) or int(month), int(day))
    except ValueError:
        return None
    return value if 1990 <= value.year <= 2099 else None


def _score(line: Line, start: int, end: int) -> float:
    before, after = line.folded[max(0, start - 28) : start], line.folded[end : end + 20]
    score = 1.0 - (2.0 if line.doubtful else 0.0)
    if _MAIN_LABEL.search(before):
        score += 2.5
    elif _LABEL.search(before):
        score += 2.0
    if _OTHER_DATE.search(line.folded[max(0, start - 40) : start]):
        score -= 4.0
    if _TIME.search(after) or _TIME.search(before[-12:]):
        score += 1.0
    return score + (0.3 if end - start >= 8 else 0.0)
