"""The days of the month, and the clock that is turned back to live through them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine

LONGEST = timedelta(days=28)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """``number`` counts working days from nought, ``of`` is how many the month has; None on a weekend."""

    date: date
    zone: ZoneInfo
    number: int | None
    of: int

    def at(self, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """A moment on the clocks of the workspace."""
        return datetime.combine(self.date, time(hour, minute, second), self.zone).astimezone(UTC)

    @property
    def is_of_last_week(self) -> bool:
        """Among the last five working days."""
        return self.number is not None and self.number >= self.of - 5


def days(now: datetime, zone: ZoneInfo) -> list[Day]:
    """Whole days from a Monday at most four weeks ago to yesterday."""
    today = now.astimezone(zone).date()
    first = today - LONGEST
    first += timedelta(days=-first.weekday() % 7)
    dates = [first + n * ONE for n in range((today - first).days)]
    working = [day for day in dates if day.weekday() < 5]
    numbers = {day: number for number, day in enumerate(working)}
    return [Day(day, zone, numbers.get(day), len(working)) for day in dates]


class Clock:
    """Whatever asks this process for the time is told this one's. Time passes on it as everywhere."""

    def __init__(self, turned: time_machine.Traveller) -> None:
        self._turned = turned

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def to(self, at: datetime) -> datetime:
        """Forward to that moment; a moment that is over is left alone."""
        if at > self.now:
            self._turned.move_to(at)
        return self.now

    def on(self, seconds: float) -> datetime:
        return self.to(self.now + timedelta(seconds=seconds))


@contextmanager
def turned_back(to: datetime) -> Iterator[Clock]:
    """For as long as this lasts the process believes it is then, and later."""
    with time_machine.travel(to.astimezone(UTC)) as turned:
        yield Clock(turned)
