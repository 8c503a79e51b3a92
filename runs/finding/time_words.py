"""Times of day as people type them: "15:00", "3 pm", "15h30", "noon", "this morning"."""

import re
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Part:
    """A time of day, or a part of the day that ends at another."""

    begins: time
    ends: time | None = None


NAMED = {
    "midnight": Part(time(0)),
    "noon": Part(time(12)),
    "midday": Part(time(12)),
    "morning": Part(time(6), time(12)),
    "afternoon": Part(time(12), time(18)),
    "evening": Part(time(18), time(22)),
    "night": Part(time(22), time(6)),
}
_RANGE = re.compile(r"(?:from |between )?(.+?) ?(?:to|until|till|and|–|-) ?(.+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::(\d{2}))?|h)? ?([ap])?\.?(?:m\.?)?")


def take(words: str) -> tuple[Part | None, str]:
    """The time in the words, and what is left of them. A bare number is an hour. Raises `ValueError` for none."""
    if not words:
        return None, ""
    if words in NAMED:
        return NAMED[words], ""
    if found := _CLOCK.fullmatch(words):
        return Part(_time(found)), ""
    both = _RANGE.fullmatch(words)
    ends = [_CLOCK.fullmatch(part) for part in both.groups()] if both else []
    if len(ends) == 2 and ends[0] and ends[1]:
        return Part(_time(ends[0], half=ends[1][4]), _time(ends[1])), ""
    return None, words


def _time(found: re.Match[str], half: str | None = None) -> time:
    """``half`` is a or p, of the time that ends a range: "2 to 4 pm"."""
    hour, half = int(found[1]), found[4] or half
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour % 24 if hour == 24 else hour, int(found[2] or 0), int(found[3] or 0))
