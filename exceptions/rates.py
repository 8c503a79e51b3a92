"""How fast failures come: what a quarter of an hour brought a case, beside what usually comes.

Usual is the median of the same quarter over the last seven days; a day on which nothing failed counts as none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from uuid import UUID

from approvals.waiting import statements
from exceptions.models import Case, Tally

QUARTER = timedelta(minutes=15)
DAYS = 7


@dataclass(frozen=True)
class Pace:
    """What arrived in a quarter of an hour, beside what usually does."""

    now: int
    usual: float
    least: int = 5  # as the class of the case has it: it takes so many,
    times: int = 3  # and so many times what is usual

    @property
    def limit(self) -> float:
        return max(self.least, self.times * self.usual)

    @property
    def is_high(self) -> bool:
        return self.now >= self.limit


def quarter_of(at: datetime) -> datetime:
    """When the quarter of an hour began."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def pace(case: Case, now: datetime) -> Pace:
    """Of one case, for its page."""
    at = _quarters(now, range(DAYS + 1))
    meaning = {statements.ITEM: case.pk} | dict(zip(_stand_ins(), at, strict=True))
    counts = dict(statements.ask(_week(), meaning))
    return of_class(case, counts.get(at[0], 0), _usual(counts, now))


@cache
def _week() -> statements.Kept[tuple[datetime, int]]:
    rows = Tally.objects.filter(case=statements.ITEM, starts_at__in=_stand_ins())
    return statements.keep(rows.values_list("starts_at", "failures"))


def _stand_ins() -> list[datetime]:
    return [statements.NOW.replace(year=2 + number) for number in range(DAYS + 1)]


def paces(cases: Sequence[Case], now: datetime) -> dict[UUID, Pace]:
    """What the quarter of ``now`` brought each of them, and what is usual. One query."""
    counts = _counts([case.pk for case in cases], now, range(DAYS + 1))
    this = quarter_of(now)
    return {
        case.pk: of_class(case, counts[case.pk].get(this, 0), _usual(counts[case.pk], now)) for case in cases
    }


def of_class(case: Case, count: int, usual: float) -> Pace:
    """With the limits of the case's class as they are now."""
    return Pace(count, usual, case.failure_class.surge_least, case.failure_class.surge_times)


def usually(cases: Sequence[UUID], now: datetime) -> dict[UUID, float]:
    """The median of the same quarter over the last seven days."""
    counts = _counts(cases, now, range(1, DAYS + 1))
    return {pk: _usual(counts[pk], now) for pk in cases}


def _usual(counts: Mapping[datetime, int], now: datetime) -> float:
    return median(counts.get(at, 0) for at in _quarters(now, range(1, DAYS + 1)))


def _counts(cases: Sequence[UUID], now: datetime, days: range) -> dict[UUID, dict[datetime, int]]:
    """What the same quarter brought so many days ago, where it brought anything."""
    found: dict[UUID, dict[datetime, int]] = {pk: {} for pk in cases}
    if found:
        rows = Tally.objects.filter(case__in=cases, starts_at__in=_quarters(now, days))
        for pk, starts_at, failures in rows.values_list("case_id", "starts_at", "failures"):
            found[pk][starts_at] = failures
    return found


def _quarters(now: datetime, days: range) -> list[datetime]:
    return [quarter_of(now) - timedelta(days=number) for number in days]
