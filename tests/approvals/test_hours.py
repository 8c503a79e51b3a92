"""Working time: added, taken away and counted, on any clock, and on the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import hours
from approvals.hours import Hours, OddHours
from tests.people import Company

USUAL = frozenset({1, 2, 3, 4, 5})
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Australia/Lord_Howe",
    "America/Santiago", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran",
]  # fmt: skip
BERLIN = Hours("Europe/Berlin", USUAL, time(9), time(17))
H = timedelta(hours=1)

moments = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(seconds=1), timedelta(hours=120)).map(
    lambda length: timedelta(seconds=int(length.total_seconds()))
)


@st.composite
def clocks(draw: st.DrawFn) -> Hours:
    start, end = sorted(draw(st.sets(st.times(), min_size=2, max_size=2)))
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    if (datetime.combine(date.min, end) - datetime.combine(date.min, start)) < timedelta(minutes=30):
        start, end = time(9), time(17, 30)
    return Hours(draw(st.sampled_from(ZONES)), days, start, end)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))


@settings(max_examples=60, deadline=None)
@given(clocks(), moments, lengths)
def test_what_is_added_is_what_lies_between(clock, at, length):
    assert clock.between(at, clock.add(at, length)) == length


@settings(max_examples=60, deadline=None)
@given(clocks(), moments, lengths)
def test_going_back_leaves_as_much_time(clock, at, length):
    assert clock.between(clock.back(at, length), at) == length


@settings(max_examples=60, deadline=None)
@given(clocks(), moments, lengths)
def test_what_is_added_never_ends_outside_the_hours(clock, at, length):
    ends = clock.add(at, length)
    assert ends > at
    assert clock.is_open(ends - timedelta.resolution)


@settings(max_examples=60, deadline=None)
@given(clocks(), moments)
def test_work_begins_later_and_is_open_then_and_not_just_before(clock, at):
    opens = clock.next_opening(at)
    assert opens > at and clock.is_open(opens)
    assert not clock.is_open(opens - timedelta.resolution)


@settings(max_examples=60, deadline=None)
@given(clocks(), moments, lengths, lengths)
def test_time_adds_up(clock, at, first, second):
    assert clock.add(clock.add(at, first), second) == clock.add(at, first + second)


def test_nothing_added_is_no_time_and_nothing_lies_backwards():
    at = berlin(2026, 11, 21, 12)
    assert BERLIN.add(at, timedelta()) == at
    assert BERLIN.between(at, at - H) == timedelta()


def test_patience_sleeps_over_the_weekend():
    friday = berlin(2026, 11, 20, 16)
    assert BERLIN.add(friday, 3 * H) == berlin(2026, 11, 23, 11)
    assert BERLIN.next_opening(friday) == berlin(2026, 11, 23, 9)
    assert BERLIN.back(berlin(2026, 11, 23, 10), 3 * H) == berlin(2026, 11, 20, 15)


def test_the_day_on_which_an_hour_is_skipped():
    night = Hours("Europe/Berlin", frozenset({7}), time(1), time(4))
    assert night.between(berlin(2026, 3, 29, 0), berlin(2026, 3, 29, 12)) == 2 * H
    assert night.add(berlin(2026, 3, 29, 0), 2 * H) == berlin(2026, 3, 29, 4)


def test_the_day_on_which_an_hour_comes_twice():
    night = Hours("Europe/Berlin", frozenset({7}), time(1), time(4))
    assert night.between(berlin(2026, 10, 25, 0), berlin(2026, 10, 25, 12)) == 4 * H
    assert night.add(berlin(2026, 10, 25, 0), 4 * H) == berlin(2026, 10, 25, 4)


def test_hours_that_begin_or_end_in_the_skipped_hour_meet_at_the_jump():
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    sunday = frozenset({7})
    assert Hours("Europe/Berlin", sunday, time(2, 30), time(5)).next_opening(jump - H) == jump
    assert Hours("Europe/Berlin", sunday, time(1), time(2, 30)).add(jump - 2 * H, H) == jump
    within = Hours("Europe/Berlin", sunday, time(2, 10), time(2, 50))
    assert within.between(jump - 5 * H, jump + 5 * H) == timedelta()


def test_zones_with_odd_offsets():
    kolkata = Hours("Asia/Kolkata", USUAL, time(9), time(17))
    assert kolkata.next_opening(datetime(2026, 11, 23, 0, tzinfo=UTC)) == datetime(
        2026, 11, 23, 3, 30, tzinfo=UTC
    )
    chatham = Hours("Pacific/Chatham", USUAL, time(9), time(17))
    assert chatham.next_opening(datetime(2026, 11, 22, 12, tzinfo=UTC)) == datetime(
        2026, 11, 22, 19, 15, tzinfo=UTC
    )


def test_a_day_that_a_calendar_left_out_holds_no_work():
    """Samoa had no 30 December 2011, a Friday."""
    apia = Hours("Pacific/Apia", frozenset({5}), time(9), time(17))
    assert apia.between(datetime(2011, 12, 29, tzinfo=UTC), datetime(2012, 1, 4, tzinfo=UTC)) == timedelta()


REFUSED = [
    ({"start": time(22), "end": time(6)}, "across midnight"),
    ({"start": time(9), "end": time(9)}, "later than they begin"),
    ({"days": frozenset()}, "at least one day"),
    ({"days": frozenset({0})}, "at least one day"),
    ({"zone": "Mars/Olympus"}, "no time zone"),
    ({"zone": ""}, "no time zone"),
    ({"zone": "../../etc/passwd"}, "no time zone"),
]


@pytest.mark.parametrize(("odd", "words"), REFUSED)
def test_odd_hours_are_refused_in_words(odd, words):
    usual = {"zone": "UTC", "days": USUAL, "start": time(9), "end": time(17)}
    with pytest.raises(OddHours, match=words):
        Hours(**usual | odd)


def test_a_member_works_as_the_workspace_does_until_they_say_otherwise(northwind: Company):
    maria = northwind.maria
    assert hours.of_member(maria) == hours.of_workspace(northwind.workspace)
    maria.timezone, maria.works_from, maria.works_until = "Asia/Kolkata", time(8), time(16)
    assert hours.of_member(maria) == Hours("Asia/Kolkata", USUAL, time(8), time(16))
    maria.works_on, maria.works_until = [6], None
    assert hours.of_member(maria) == Hours("Asia/Kolkata", frozenset({6}), time(9), time(17, 30))
