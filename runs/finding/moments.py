"""Moments as people type them: "yesterday 15:00", "3 pm yesterday", "last Friday", "27 Nov 9:30", "20 min ago".

The grammar is small and knows when it did not understand: it takes a day, a time, a moment of ISO 8601 or a distance,
in any order, and refuses what is left over. What could be ahead is the latest that has been.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from runs.finding import day_words, time_words

AROUND = timedelta(minutes=10)  # what "at three" means on either side
_DISTANCE = re.compile(r"(?:(\d{1,4})|an?|half an)\s*(min|minute|hour|h|day|d|week)s?\s+ago")
_LENGTHS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_ASKED = re.compile(r"what (?:happened|(?:did|has|was) .{1,60}? (?:do|done|doing))\b")
_NOISE = re.compile(r"\b(at|on|the|of|around|about|o'clock|uhr|um)\b|[,;]")


class NoMoment(ValueError):
    """It names no moment. Type a day, a time or both: "yesterday 15:00"."""


@dataclass(frozen=True)
class Moment:
    """``at`` is what was meant; ``since`` to ``until`` what to look at: minutes around a time, or a day or its part."""

    at: datetime
    since: datetime
    until: datetime

    @classmethod
    def around(cls, at: datetime) -> "Moment":
        return cls(at, at - AROUND, at + AROUND)


def read(text: str, now: datetime, zone: tzinfo) -> Moment:
    """What somebody means who types that now, in that zone. Raises `NoMoment`."""
    words = _ASKED.sub(" ", text.strip().lower().rstrip("?! "), count=1)
    words = _NOISE.sub(" ", words).replace("last night", "yesterday night")
    words = re.sub(r"\s+", " ", words).strip()
    if not words or len(words) > 80:
        raise NoMoment(text[:80])
    try:
        return _read(words, now.astimezone(zone), zone)
    except (OverflowError, ValueError) as error:
        raise NoMoment(text[:80]) from error


def _read(words: str, here: datetime, zone: tzinfo) -> Moment:
    if words == "now":
        return Moment.around(here)
    if found := _DISTANCE.fullmatch(words):
        many = 0.5 if words.startswith("half") else int(found[1] or 1)
        return Moment.around(here - many * _LENGTHS[found[2][0]])
    if _ISO.fullmatch(words):
        at = datetime.fromisoformat(words.upper())
        return Moment.around(at if at.tzinfo else _at(at.date(), at.time(), zone))
    day, rest = day_words.take(words, here.date())
    part, rest = time_words.take(rest)
    if rest or (day is None and part is None):
        raise NoMoment(words)
    return _moment(day, part, here, zone)


def _moment(day: date | None, part: time_words.Part | None, here: datetime, zone: tzinfo) -> Moment:
    if part is None and day is not None:
        since = _at(day, time(), zone)
        return Moment(since, since, _at(day + timedelta(days=1), time(), zone))
    assert part is not None
    meant = day or here.date()
    if day is None and _at(meant, part.begins, zone) > here:
        meant -= timedelta(days=1)  # a time that is still to come was meant of yesterday
    at = _at(meant, part.begins, zone)
    if part.ends is None:
        return Moment.around(at)
    until = _at(meant if part.ends > part.begins else meant + timedelta(days=1), part.ends, zone)
    return Moment(at, at, until)


def _at(day: date, when: time, zone: tzinfo) -> datetime:
    """On the wall clock of the zone. An hour that a changed clock skips is the one after it; of two, the first."""
    at = datetime.combine(day, when, zone)
    return at.astimezone(None).astimezone(zone)
