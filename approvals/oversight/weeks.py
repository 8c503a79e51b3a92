"""Weeks as a workspace counts them: from Monday, on its own clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from approvals import wording
from approvals.models import Workspace

WEEK = timedelta(days=7)
SHOWN = 12


@dataclass(frozen=True)
class Week:
    """From midnight on its Monday to midnight on the next."""

    monday: date
    clock: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime.combine(self.monday, time(), self.clock)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.monday + WEEK, time(), self.clock)

    @property
    def words(self) -> str:
        return wording.span(self.monday.isoformat(), (self.monday + WEEK - timedelta(days=1)).isoformat())


def current(workspace: Workspace, now: datetime) -> Week:
    """The week that is under way."""
    clock = ZoneInfo(workspace.timezone)
    today = now.astimezone(clock).date()
    return Week(today - timedelta(days=today.weekday()), clock)


def ended(workspace: Workspace, now: datetime) -> list[Week]:
    """The latest weeks that are over, newest first."""
    this = current(workspace, now)
    return [Week(this.monday - number * WEEK, this.clock) for number in range(1, SHOWN + 1)]
