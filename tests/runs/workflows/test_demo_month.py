"""Whoever opens the sample finds a month behind it, lived through as real work is, on a lawful ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from approvals.models import Decision, Lane, LedgerEntry, Proposal
from approvals.models.lane import Stage
from exceptions.models import Case
from runs.connectors.helpdesk import database
from runs.connectors.helpdesk import setup as helpdesk
from runs.demo import company as sample
from runs.demo.month import cast, living, past, volumes
from runs.models import Execution, Run
from tests.books import Books

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def _helpdesk(books: Books) -> Iterator[None]:
    helpdesk.prepare(settings.BOOKS_ADMIN_URL)
    yield
    database.close()


@pytest.mark.parametrize("day", range(23, 30))
def test_a_month_is_whole_days_from_a_monday_to_yesterday(day: int) -> None:
    now = datetime(2026, 11, day, 4, tzinfo=UTC)
    days = past.days(now, BERLIN)
    assert (days[0].date.weekday(), (now.date() - days[-1].date).days) == (0, 1)
    of = days[0].of
    assert 15 <= of <= 20
    assert 0 < volumes.shadow(of) < volumes.half(of) - 2 < volumes.outage(of) < of
    assert volumes.half(of) <= volumes.undoing(of) < of - volumes.LAST_DAYS
    for series, late in (("I", volumes.MAILS_LATE), ("M", volumes.OF_LAST_DAYS)):
        mails = [one.id for number in range(of) for one in volumes.mails(series, number, of)]
        assert len(mails) == len(set(mails)) >= volumes.MAILS + late


@pytest.mark.usefixtures("_helpdesk")
def test_two_days_of_it_and_going_on_after_it_was_cut_off(transactional_db: None) -> None:
    now = timezone.now()
    made = living.found(sample.SAMPLES[0], password="x", now=now)
    first, second, *_ = past.days(now, BERLIN)
    assert [living.live(made, now=now, most=1), living.live(made, now=now, most=1)] == [1, 1]
    started = list(Run.objects.order_by("started_at").values_list("started_at", flat=True))
    assert (started[0].date(), started[-1].date()) == (first.date, second.date)
    moments = list(LedgerEntry.objects.order_by("id").values_list("at", flat=True))
    assert all(one - other < timedelta(seconds=1) for other, one in zip(moments[1:], moments, strict=False))
    call_command("verify_ledger")
    hours = {at.astimezone(BERLIN).hour for at in Decision.objects.values_list("decided_at", flat=True)}
    assert hours <= set(range(9, 18))
    assert not Proposal.objects.filter(state="pending").exists()
    assert {row.stage for row in Lane.objects.filter(agent__name=cast.INBOX)} == {Stage.SHADOW}
    written = Execution.objects.filter(state="succeeded")
    assert all(row.finished_at - row.created_at < timedelta(minutes=10) for row in written)
    assert {row.state for row in Case.objects.all()} == {"resolved"}
    assert abs(timezone.now() - now) < timedelta(hours=1)
