"""Moments as colleagues say them: "15:30", "tomorrow 09:00", "Monday 09:00", "on 30 November, 09:00"."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone

from approvals import wording

WEEK = 7


def near(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """The moment, as far as it must be told from now; on the request's clock unless another is named."""
    there, here = timezone.localtime(at, zone), timezone.localtime(now, zone)
    day = _day(there.date(), here.date())
    return f"{day} {there:%H:%M}" if day else f"{there:%H:%M}"


def _day(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead == 0:
        return ""
    if ahead == 1:
        return "tomorrow"
    if ahead == -1:
        return "yesterday"
    if 1 < ahead < WEEK:
        return f"{day:%A}"
    return (
        f"{day:%A} {wording.day(day)},"
        if abs(day - today) > timedelta(days=300)
        else f"{day:%A} {day.day} {day:%B},"
    )
