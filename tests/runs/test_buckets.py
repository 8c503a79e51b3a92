"""The arithmetic of buckets against a simple model: every write that went, and when."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs import buckets
from runs.buckets import Bound

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks change in the night that follows
PERS = st.sampled_from(["minute", "hour", "day"])
GAPS = st.lists(st.integers(0, 40_000_000_000), min_size=1, max_size=60)  # microseconds between two questions


@given(PERS, st.integers(1, 5000), st.integers(1, 200), GAPS)
def test_no_stretch_holds_more_than_burst_and_refill(
    per: str, amount: int, burst: int, gaps: list[int]
) -> None:
    bound = Bound("b", "writes", per, Decimal(amount), burst)
    used, counted_at, now, went = Decimal(0), START, START, []
    for gap in gaps:
        now += timedelta(microseconds=gap)
        left = buckets.used_now(bound, used, counted_at, now, ZONE)
        if buckets.fits(bound, left, Decimal(1)):
            used, counted_at = left + 1, now
            went.append(now)
    for first in range(len(went)):
        for last in range(first, len(went)):
            passed = Decimal((went[last] - went[first]) // timedelta(microseconds=1)) / 1_000_000
            most = burst + passed * amount / buckets.SECONDS[per] + Decimal("0.001")
            assert last - first + 1 <= most


@given(PERS, st.integers(1, 5000), st.integers(1, 200), st.integers(0, 300), st.integers(1, 50))
def test_who_waits_as_long_as_told_finds_room_and_not_much_sooner(
    per: str, amount: int, burst: int, over: int, place: int
) -> None:
    bound = Bound("b", "writes", per, Decimal(amount), burst)
    used = Decimal(burst + over)
    then = buckets.fits_at(bound, used, place, START, ZONE)
    ahead = Decimal(place - 1)
    assert buckets.fits(bound, buckets.used_now(bound, used + ahead, START, then, ZONE), Decimal(1))
    sooner = then - timedelta(milliseconds=1)
    if sooner > START:
        assert not buckets.fits(bound, buckets.used_now(bound, used + ahead, START, sooner, ZONE), Decimal(1))


@given(st.lists(st.tuples(st.integers(0, 20), st.decimals("0.01", "500", places=2)), max_size=40))
def test_a_day_never_spends_more_than_its_limit(spending: list[tuple[int, Decimal]]) -> None:
    bound = Bound("b", "money", "day", Decimal("1000.00"), currency="EUR")
    used, counted_at, now, by_day = Decimal(0), START, START, {}
    for hours, amount in spending:
        now += timedelta(hours=hours)
        left = buckets.used_now(bound, used, counted_at, now, ZONE)
        day = now.astimezone(ZONE).date()
        assert left == by_day.get(day, 0)
        if buckets.fits(bound, left, amount):
            used, counted_at = left + amount, buckets.counted_at(bound, now, ZONE)
            by_day[day] = left + amount
    assert all(spent <= 1000 for spent in by_day.values())


@pytest.mark.parametrize(
    ("per", "now", "ends"),
    [
        (
            "day",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),  # 23 hours long
        (
            "day",
            datetime(2026, 10, 25, 12, tzinfo=UTC),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
        ),  # 25 hours long
        ("month", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 31, 23, tzinfo=UTC)),
        ("month", datetime(2028, 2, 10, tzinfo=UTC), datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ],
)
def test_days_and_months_are_those_of_the_workspace(per: str, now: datetime, ends: datetime) -> None:
    assert buckets.ends(per, now, ZONE) == ends
    assert buckets.began(per, ends, ZONE) == ends
