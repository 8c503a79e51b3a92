"""The stretch of time a page is about: a day by hours, a week or a month by days, on the workspace's own clock."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from approvals import wording
from approvals.models import Workspace
from runs.models import Grain

DAY, WEEK, MONTH = "day", "week", "month"
VIEWS = {DAY: "Day", WEEK: "Week", MONTH: "Month"}
ONE = timedelta(days=1)
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Span:
    """From midnight of its first day to midnight after its last. ``slots`` are the columns drawn."""

    view: str
    first: date
    clock: ZoneInfo

    @property
    def after(self) -> date:
        """The first day that is not in it any more."""
        if self.view == MONTH:
            return (self.first + 31 * ONE).replace(day=1)
        return self.first + (7 * ONE if self.view == WEEK else ONE)

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.clock)

    @property
    def until(self) -> datetime:
        return _midnight(self.after, self.clock)

    @property
    def grain(self) -> Grain:
        return Grain.HOUR if self.view == DAY else Grain.DAY

    @property
    def before(self) -> "Span":
        """As long a stretch just before it: what it is compared with."""
        return of(self.view, self.first - ONE, self.clock)

    @property
    def following(self) -> "Span":
        return Span(self.view, self.after, self.clock)

    @cached_property
    def slots(self) -> list[datetime]:
        """When each column begins; the hours of a day on which clocks change are 23 or 25."""
        if self.view == DAY:
            hours = int((self.until - self.since) / timedelta(hours=1))
            return [self.since + timedelta(hours=number) for number in range(hours)]
        days = (self.after - self.first).days
        return [_midnight(self.first + number * ONE, self.clock) for number in range(days)]

    def slot_of(self, at: datetime) -> int:
        """The column in which a moment lies."""
        return max(bisect_right(self.slots, at) - 1, 0)

    def ends(self, number: int) -> datetime:
        """When a column ends."""
        return self.slots[number + 1] if number + 1 < len(self.slots) else self.until

    @property
    def words(self) -> str:
        if self.view == DAY:
            return f"{self.first:%A} {wording.day(self.first)}"
        if self.view == MONTH:
            return f"{self.first:%B %Y}"
        return wording.span(self.first.isoformat(), (self.after - ONE).isoformat())

    def label(self, number: int) -> str:
        """Of one column, in full."""
        there = self.slots[number].astimezone(self.clock)
        return f"{there:%H:%M}" if self.view == DAY else f"{there:%a} {there.day} {there:%b}"

    def tick(self, number: int) -> str:
        """Below one column, where there is room; empty elsewhere."""
        there = self.slots[number].astimezone(self.clock)
        if self.view == WEEK:
            return f"{there:%a}"
        told = there.hour if self.view == DAY else there.day
        wanted = told % 6 == 0 if self.view == DAY else told % 7 == 1
        return (f"{told:02d}" if self.view == DAY else f"{told}") if wanted else ""


def of(view: str, day: date, clock: ZoneInfo) -> Span:
    """The day, week or month in which a day lies."""
    first = {DAY: day, WEEK: day - day.weekday() * ONE, MONTH: day.replace(day=1)}[view]
    return Span(view, first, clock)


def chosen(asked: Mapping[str, str], workspace: Workspace, now: datetime) -> Span:
    """What the address asks for: ``view`` and a day ``on``; else this week. What cannot be is not asked for."""
    clock = ZoneInfo(workspace.timezone)
    view = asked.get("view", "")
    today = now.astimezone(clock).date()
    try:
        day = date.fromisoformat(asked.get("on", ""))
    except ValueError:
        day = today
    return of(view if view in VIEWS else WEEK, min(max(day, EARLIEST), today), clock)


def _midnight(day: date, clock: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), clock).astimezone(UTC)
