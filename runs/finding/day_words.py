"""Days as people type them: "yesterday", "last friday", "27 nov", "27.11.", "11/27/2026", "2026-11-27"."""

import re
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(MONTHS)
_NAMED = {"today": 0, "this": 0, "tonight": 0, "yesterday": 1, "day before yesterday": 2}
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w./:-])(?:{pattern})(?![\w/:-])"), form)
    for pattern, form in [
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", "ymd"),
        (r"(\d{1,2})\.(\d{1,2})\.(\d{4})?", "dmy"),
        (r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", "slash"),
        (rf"(\d{{1,2}})(?:st|nd|rd|th|\.)? ({_MONTH})[a-z]*\.?(?: (\d{{4}}))?", "d-month-y"),
        (rf"({_MONTH})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?: (\d{{4}}))?", "month-d-y"),
        (
            r"day before yesterday|yesterday|today|tonight|this(?= (?:morning|noon|afternoon|evening|night))",
            "named",
        ),
        (r"(?:last |this )?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?", "weekday"),
    ]
)


def take(words: str, today: date) -> tuple[date | None, str]:
    """The day in the words, and what is left of them. Raises `ValueError` for a day that no calendar has."""
    for pattern, form in _FORMS:
        if found := pattern.search(words):
            rest = f"{words[: found.start()]} {words[found.end() :]}"
            return _day(form, found, today), re.sub(r"\s+", " ", rest).strip()
    return None, words


def _day(form: str, found: re.Match[str], today: date) -> date:
    match form:
        case "named":
            return today - timedelta(days=_NAMED[found[0]])
        case "weekday":
            named = next(n for n, name in enumerate(WEEKDAYS) if name.startswith(found[1][:3]))
            back = (today.weekday() - named) % 7
            return today - timedelta(days=back or (7 if found[0].startswith("last") else 0))
        case "ymd":
            return date(int(found[1]), int(found[2]), int(found[3]))
        case "dmy":
            return _latest(int(found[1]), int(found[2]), found[3], today)
        case "slash":
            first, second = int(found[1]), int(found[2])
            day, month = (second, first) if second > 12 else (first, second)
            return _latest(day, month, found[3], today)
        case "d-month-y":
            return _latest(int(found[1]), MONTHS.index(found[2]) + 1, found[3], today)
    return _latest(int(found[2]), MONTHS.index(found[1]) + 1, found[3], today)


def _latest(day: int, month: int, year: str | None, today: date) -> date:
    """Without a year: the latest that has been."""
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)
