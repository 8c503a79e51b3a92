"""How facts are said to people: money, days, spells of time, risk and the way back."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from approvals import tools

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WAY_BACK = {
    "exact": "Can be undone exactly",
    "compensating": "Can be undone by a counter-entry",
    "none": "Cannot be undone",
}
CAP = 999
SAME_YEAR = timedelta(days=300)  # so near, a day is named without its year
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)


def label(name: str) -> str:
    """A field's name as people read it: ``invoice_number`` is "Invoice number"."""
    words = re.sub(r"[_\-]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).strip()
    return words[:1].upper() + words[1:] if words else name


def number(count: int) -> str:
    """Small numbers as words."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str, nouns: str = "") -> str:
    """``counted(1, "signature")`` is "one signature"."""
    return f"{number(count)} {noun if count == 1 else nouns or noun + 's'}"


def capped(count: int, cap: int = CAP) -> str:
    """A count that was not taken to its end."""
    return f"{cap}+" if count > cap else f"{count}"


def money(value: Any, currency: str = "") -> str:
    """Every digit that was given, grouped in thousands, with its currency."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return f"{currency} {value}".strip()
    figure = f"{amount:,f}" if amount.is_finite() else str(value)
    return f"{currency} {figure}".strip()


def plain_number(figure: Any) -> str:
    """A figure without the zeros it does not need."""
    try:
        return f"{Decimal(str(figure)).normalize():f}"
    except InvalidOperation:
        return str(figure)


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    return f"{day(value)}, {value:%H:%M}"


def is_day(value: Any) -> bool:
    """Whether a value is spelled as an ISO date."""
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is not None


def day_or_words(text: str) -> str:
    """An ISO date in words; anything else as it is."""
    try:
        return day(date.fromisoformat(text)) if is_day(text) else text
    except ValueError:
        return text


def days_said(prose: str) -> str:
    """Every ISO day in a sentence, in words."""
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda found: day_or_words(found[0]), prose, flags=re.ASCII)


def span(first: Any, last: Any) -> str:
    """Two ISO days as one stretch, "1 to 30 September 2026"; empty where they are not two days."""
    if not is_day(first) or not is_day(last):
        return ""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return ""
    if start.year != end.year:
        return f"{day(start)} to {day(end)}"
    return (
        f"{start.day} to {day(end)}" if start.month == end.month else f"{start.day} {start:%B} to {day(end)}"
    )


def stamp_or_words(text: str) -> str:
    """An ISO moment in words, on the request's clock; anything else as it is."""
    try:
        at = datetime.fromisoformat(text) if _STAMP.fullmatch(text) else None
    except ValueError:
        return text
    if at is None:
        return text
    return moment(timezone.localtime(at) if at.tzinfo else at)


def spell(length: timedelta) -> str:
    """How long, as a glance wants it: "40 s", "38 min", "1 h 40", "2 days"."""
    seconds = max(0, int(length.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min"
    if hours < 6:
        rest = minutes - 60 * hours
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return f"{hours} h" if hours < 48 else f"{days} days"


def ago(length: timedelta) -> str:
    return "just now" if length < timedelta(minutes=1) else f"{spell(length)} ago"


def listed(words: Sequence[str]) -> str:
    """``["a", "b", "c"]`` is "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def way_back(
    reversibility: str,
    deadline: str | None = None,
    *,
    own: str = "",
    until: str = "until",
    today: date | None = None,
) -> str:
    """What can be done about the write afterwards, and until when; ``own`` and ``until`` in the tool's own words.

    The year is left out where ``today`` makes clear which one is meant.
    """
    if reversibility == "none":
        return _WAY_BACK["none"]
    words = own or _WAY_BACK.get(reversibility, _WAY_BACK["none"])
    if not deadline or reversibility not in _WAY_BACK:
        return words
    said = day_or_words(deadline)
    if today is not None and said != deadline and abs(date.fromisoformat(deadline) - today) < SAME_YEAR:
        said = said.rpartition(" ")[0]
    return f"{words} {until} {said}"


def tool_title(name: str) -> str:
    """The tool's title; its bare name when no connector knows it any more."""
    try:
        return tools.get(name).title
    except tools.UnknownTool:
        return name


def short_title(name: str) -> str:
    """The title without its articles, for a line with little room."""
    return re.sub(r"\b(?:an?|the) ", "", tool_title(name))


def inside(sentence: str) -> str:
    """A sentence's beginning made small, so that it can follow a colon."""
    return (
        sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
    )
