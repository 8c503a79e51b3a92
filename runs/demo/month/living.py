"""Founding a sample workspace a month ago, and living until yesterday; also from where an earlier try was cut off."""

from datetime import datetime
from zoneinfo import ZoneInfo

from approvals.models import LedgerEntry
from runs.demo import company
from runs.demo.company import Company, Sample
from runs.demo.month import cast, past, scene, story
from runs.figures import folding

HOUSES = ("northwind",)


def found(sample: Sample, *, password: str, now: datetime) -> Company:
    """The workspace as it began: a month ago, or now where nothing is told of a month."""
    if sample.slug not in HOUSES:
        return company.found(sample, password=password, now=now)
    first = past.days(now, ZoneInfo(sample.timezone))[0]
    with past.turned_back(first.at(6)) as clock:
        return company.found(sample, password=password, now=clock.now)


def live(made: Company, *, now: datetime, most: int | None = None) -> int:
    """Live through the days that the ledger does not tell of yet, or so many of them. Returns how many."""
    if made.workspace.slug not in HOUSES:
        return 0
    left = _left(made, now)[:most]
    if left:
        with past.turned_back(left[0].at(6)) as clock, scene.set_up(made, clock) as place:
            cast.introduce(place)
            for day in left:
                story.live(place, day)
            folding.fold_due()
    return len(left)


def _left(made: Company, now: datetime) -> list[past.Day]:
    """The days after the last that runs were told on. A day that was cut off stays as it is."""
    days = past.days(now, ZoneInfo(made.workspace.timezone))
    told = LedgerEntry.objects.filter(workspace=made.workspace, kind="run.started").order_by("-id").first()
    if told is None:
        return days
    return [day for day in days if day.at(0) > told.at]
