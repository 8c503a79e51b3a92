"""What somebody means who types a moment, on a Saturday afternoon in Berlin."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from runs.finding import moments, spoken

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 16, 20, tzinfo=BERLIN)  # a Saturday

SAID = {
    "yesterday 15:00": "2026-11-27 15:00", "3 pm yesterday": "2026-11-27 15:00", "yesterday at 3pm": "2026-11-27 15:00",
    "at 3 PM, yesterday": "2026-11-27 15:00", "Yesterday 15h30": "2026-11-27 15:30", "15:00": "2026-11-28 15:00",
    "17:00": "2026-11-27 17:00", "today 9.30": "2026-11-28 09:30", "noon": "2026-11-28 12:00",
    "friday 14:00": "2026-11-27 14:00", "last saturday 3 a.m.": "2026-11-21 03:00", "sat 3 am": "2026-11-28 03:00",
    "27 Nov 15:00": "2026-11-27 15:00", "Nov 27th 3pm": "2026-11-27 15:00", "30 november 8:00": "2025-11-30 08:00",
    "27.11.2026 15:00": "2026-11-27 15:00", "27.11. 15 Uhr": "2026-11-27 15:00",
    "11/27/2026 3:15 pm": "2026-11-27 15:15",
    "2026-11-27 15:00:30": "2026-11-27 15:00:30", "2026-11-27T14:00Z": "2026-11-27 15:00",
    "2026-11-27T15:00": "2026-11-27 15:00", "20 min ago": "2026-11-28 16:00", "2 hours ago": "2026-11-28 14:20",
    "an hour ago": "2026-11-28 15:20", "a week ago": "2026-11-21 16:20", "now": "2026-11-28 16:20",
    "day before yesterday 12 am": "2026-11-26 00:00", "what happened yesterday 15:00": "2026-11-27 15:00",
    "What did the agent do at 3 pm yesterday?": "2026-11-27 15:00",
}  # fmt: skip
SPANS = {
    "yesterday": ("2026-11-27 00:00", "2026-11-28 00:00"), "this morning": ("2026-11-28 06:00", "2026-11-28 12:00"),
    "yesterday afternoon": ("2026-11-27 12:00", "2026-11-27 18:00"),
    "fri 2 to 4 pm": ("2026-11-27 14:00", "2026-11-27 16:00"),
    "yesterday between 14:00 and 15:30": ("2026-11-27 14:00", "2026-11-27 15:30"),
    "last night": ("2026-11-27 22:00", "2026-11-28 06:00"),
    "25:00": None, "31 feb": None, "soon": None, "yesterday foo 3pm": None, "": None, "13 pm": None,
    "x" * 200: None, "9999999 days ago": None, "0000-01-01": None,
}  # fmt: skip


SAID_BACK = {
    "yesterday": ("Yesterday", "Friday 27 November 2026", "that day"),
    "today": ("Today", "Saturday 28 November 2026", "that day"),
    "27 oct": ("Tuesday 27 October", "Tuesday 27 October 2026", "that day"),
    "yesterday 15:00": ("Yesterday 15:00", "Friday 27 November 2026, 15:00", "between 14:50 and 15:10"),
    "yesterday afternoon": (
        "Yesterday 12:00 to 18:00", "Friday 27 November 2026, 12:00 to 18:00", "between 12:00 and 18:00",
    ),
    "last night": (
        "Yesterday 22:00 to 06:00", "Friday 27 November 2026, 22:00 to Saturday 28 November 2026, 06:00",
        "between 22:00 and 06:00",
    ),
}  # fmt: skip


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_moments_as_people_say_them():
    wrong = {text: moments.read(text, NOW, BERLIN).at for text in SAID}
    assert {text: at for text, at in wrong.items() if at != wall(SAID[text])} == {}
    at = moments.read("yesterday 15:00", NOW, BERLIN)
    assert at.until - at.at == at.at - at.since == timedelta(minutes=10)


def test_days_and_parts_of_them_and_what_is_neither():
    for text, span in SPANS.items():
        if span is None:
            with pytest.raises(moments.NoMoment):
                moments.read(text, NOW, BERLIN)
        else:
            found = moments.read(text, NOW, BERLIN)
            assert (found.since, found.until) == (wall(span[0]), wall(span[1])), text


def test_the_hour_that_a_clock_skips_is_the_one_after_it():
    assert moments.read("2026-03-29 2:30", NOW, BERLIN).at.isoformat() == "2026-03-29T03:30:00+02:00"
    assert moments.read("2026-10-25 2:30", NOW, BERLIN).at.isoformat() == "2026-10-25T02:30:00+02:00"


@given(some.text(max_size=40) | some.from_regex(r"[0-9apm:./ -]{1,14}", fullmatch=True))
def test_whatever_is_typed_is_a_moment_or_refused(text):
    try:
        found = moments.read(text, NOW, BERLIN)
    except moments.NoMoment:
        return
    assert found.since <= found.at <= found.until


def test_moments_are_said_back_as_they_were_meant() -> None:
    with timezone.override(BERLIN):
        for text, told in SAID_BACK.items():
            meant = moments.read(text, NOW, BERLIN)
            assert (spoken.title(meant, NOW), spoken.when(meant), spoken.span(meant)) == told, text
