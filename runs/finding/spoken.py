"""Moments that were asked for, said back: a time with minutes around it, a whole day, or a part of one."""

from datetime import datetime, time

from django.utils import timezone

from approvals import moments as saying
from runs.finding.moments import Moment


def title(moment: Moment, now: datetime) -> str:
    """ "Yesterday 15:00", "Yesterday", "Friday 12:00 to 18:00"."""
    near = saying.near(moment.at, now)
    if _whole(moment):
        near = near.rpartition(" ")[0].rstrip(",") or "today"
    elif moment.at == moment.since:
        near = f"{near} to {timezone.localtime(moment.until):%H:%M}"
    return near[:1].upper() + near[1:]


def when(moment: Moment) -> str:
    """The same in full, with its date."""
    if moment.at != moment.since:
        return full(moment.at)
    if _whole(moment):
        return _day(moment.at)
    begins, ends = timezone.localtime(moment.since), timezone.localtime(moment.until)
    same = begins.date() == ends.date()
    return f"{full(moment.since)} to {f'{ends:%H:%M}' if same else full(moment.until)}"


def asked(moment: Moment) -> str:
    """As it stands behind "Runs"."""
    around, whole = moment.at != moment.since, _whole(moment)
    return f"{'around' if around else 'on' if whole else 'from'} {when(moment)}"


def span(moment: Moment) -> str:
    """As it stands behind "Nothing is on record"."""
    if _whole(moment):
        return "that day"
    begins, ends = timezone.localtime(moment.since), timezone.localtime(moment.until)
    return f"between {begins:%H:%M} and {ends:%H:%M}"


def full(at: datetime) -> str:
    return f"{_day(at)}, {timezone.localtime(at):%H:%M}"


def _day(at: datetime) -> str:
    there = timezone.localtime(at)
    return f"{there:%A} {there.day} {there:%B %Y}"


def _whole(moment: Moment) -> bool:
    """From one midnight to the next, on the reader's clock."""
    ends = (timezone.localtime(at).time() for at in (moment.since, moment.until))
    return all(at == time() for at in ends)
