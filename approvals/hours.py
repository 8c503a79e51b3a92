"""Working hours on somebody's own clock: what is open when, and time counted only while it is. Pure, and safe on the
days on which clocks change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from approvals.models import Membership, Workspace

Spell = tuple[datetime, datetime]
NONE = timedelta()
SECOND = timedelta(seconds=1)
WEEK = frozenset(range(1, 8))


class OddHours(ValueError):
    """No such time zone, no day at all, or an end that is not after the beginning of the same day."""


@dataclass(frozen=True)
class Hours:
    """The same hours on some days of the week (ISO: Monday is 1), on the clocks of one time zone."""

    zone: str
    days: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise OddHours(f"“{self.zone}” is no time zone.") from error
        if not self.days or not self.days <= WEEK:
            raise OddHours("Choose at least one day of the week.")
        if self.end <= self.start:
            raise OddHours(
                "Hours end later than they begin, on the same day; they do not run across midnight."
            )

    @property
    def day(self) -> timedelta:
        """How much work a usual day holds."""
        return datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local(self, at: datetime) -> datetime:
        """The moment on these clocks."""
        return at.astimezone(self.tzinfo)

    def is_open(self, at: datetime) -> bool:
        """Whether the moment lies in the hours. They begin with their first moment and end before their last."""
        spell = self._spell(self.local(at).date())
        return spell is not None and spell[0] <= at < spell[1]

    def next_opening(self, at: datetime) -> datetime:
        """When work begins for the next time after the moment."""
        return next(opens for opens, _ in self._spells(at) if opens > at)

    def add(self, at: datetime, duration: timedelta) -> datetime:
        """The moment by which so much working time will have passed; never outside the hours, unless none has."""
        left = duration
        for opens, closes in self._spells(at) if left > NONE else ():
            begins = max(opens, at.astimezone(UTC))
            if left <= closes - begins:
                return begins + left
            left -= max(closes - begins, NONE)
        return at.astimezone(UTC)

    def back(self, at: datetime, duration: timedelta) -> datetime:
        """The moment from which so much working time is left until ``at``."""
        left = duration
        for opens, closes in self._spells(at, step=-1) if left > NONE else ():
            ends = min(closes, at.astimezone(UTC))
            if left <= ends - opens:
                return ends - left
            left -= max(ends - opens, NONE)
        return at.astimezone(UTC)

    def between(self, since: datetime, until: datetime) -> timedelta:
        """The working time from one moment to another; none when the second is not later."""
        total = NONE
        for opens, closes in self._spells(since) if since < until else ():
            if opens >= until:
                break
            total += max(min(closes, until) - max(opens, since), NONE)
        return total

    def _spells(self, at: datetime, step: int = 1) -> Iterator[Spell]:
        """Every spell of work from the day of the moment on, or back."""
        day = self.local(at).date()
        while True:
            spell = self._spell(day)
            if spell is not None:
                yield spell
            day += timedelta(days=step)

    def _spell(self, day: date) -> Spell | None:
        """From when to when is worked on a day; nothing on a day off, or one that a calendar left out."""
        if day.isoweekday() not in self.days:
            return None
        opens = moment(day, self.start, self.tzinfo, fold=0)
        closes = moment(day, self.end, self.tzinfo, fold=1)
        return (opens, closes) if opens < closes else None


def of_workspace(workspace: Workspace) -> Hours:
    """When the workspace works."""
    return Hours(
        workspace.timezone, frozenset(workspace.works_on), workspace.works_from, workspace.works_until
    )


def of_member(member: Membership) -> Hours:
    """When somebody works: what they said of themselves, and the workspace's hours where they said nothing."""
    own, usual = member, of_workspace(member.workspace)
    start, end = usual.start, usual.end
    if own.works_from is not None and own.works_until is not None:
        start, end = own.works_from, own.works_until
    days = frozenset(own.works_on) if own.works_on else usual.days
    return Hours(own.timezone or usual.zone, days, start, end)


def moment(day: date, at: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """When clocks show this. Shown twice: ``fold`` says which. Never shown, since they jump over it: at the jump."""
    shown = datetime.combine(day, at).replace(fold=fold)
    moment = shown.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == shown.replace(fold=0):
        return moment
    return _jump(shown, zone)


def _jump(shown: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks jump over what they never show, by halving."""
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    later = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        if middle.astimezone(zone).utcoffset() == later:
            after = middle
        else:
            before = middle
    return after
