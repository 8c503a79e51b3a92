"""Before something runs out: while the person works, and at most once an hour."""

from datetime import timedelta

import pytest
from django.db.models import F

from approvals import actors, switches
from approvals.models import Proposal
from approvals.models.workspace import Letters
from runs.models import Letter
from tests.builders import a_proposal
from tests.runs.notices.test_daily import send_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon(maria, morning):
    """Noon, after this morning's letter; Maria wants urgent ones too."""
    maria.letters = Letters.URGENT
    maria.save()
    Letter.objects.create(
        workspace=maria.workspace, user=maria.user, kind="daily", period="2026-11-23", state="needless",
        next_try_at=morning, created_at=morning,
    )  # fmt: skip
    return morning.replace(hour=12)


def runs_out(proposal: Proposal, at) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(expires_at=at)


def test_it_comes_once_an_hour_while_something_runs_out_within_two(maria, northwind, post, noon, yesterday):
    runs_out(a_proposal(northwind.bot, at=yesterday), noon + timedelta(hours=3))
    sent = [send_at(noon + timedelta(minutes=minutes))["sent"] for minutes in (0, 59, 60, 61, 119, 121)]
    assert sent == [0, 0, 1, 0, 0, 1]
    assert post.letters[0]["Subject"] == "1 runs out by 15:00 in Northwind Finance"
    assert "1  runs out by 15:00, the first at 15:00" in post.texts[0]


def test_it_does_not_come_after_hours(maria, northwind, post, noon, yesterday):
    runs_out(a_proposal(northwind.bot, at=yesterday), noon.replace(hour=19))
    assert send_at(noon.replace(hour=17, minute=30))["sent"] == 0


def test_it_comes_only_to_those_who_asked_for_it(maria, northwind, post, noon, yesterday):
    maria.letters = Letters.DAILY
    maria.save()
    runs_out(a_proposal(northwind.bot, at=yesterday), noon + timedelta(hours=1))
    assert send_at(noon)["sent"] == 0


def test_it_does_not_come_on_top_of_the_days_letter(maria, northwind, post, noon, morning, yesterday):
    Letter.objects.all().delete()
    runs_out(a_proposal(northwind.bot, at=yesterday), morning + timedelta(hours=1))
    assert [send_at(morning)["sent"], send_at(morning + timedelta(minutes=59))["sent"]] == [1, 0]


def test_it_does_not_come_while_the_workspaces_clocks_stand_still(maria, northwind, post, noon, yesterday):
    runs_out(a_proposal(northwind.bot, at=yesterday), noon + timedelta(hours=1))
    switches.pull(of=northwind.workspace, actor=actors.worker("test"), now=noon)
    assert send_at(noon)["sent"] == 0


def test_what_was_answered_meanwhile_needs_no_letter(maria, northwind, post, noon, yesterday):
    runs_out(a_proposal(northwind.bot, at=yesterday), noon + timedelta(hours=1))
    post.answer = "451 later"
    assert send_at(noon)["sent"] == 0
    Proposal.objects.update(expires_at=F("expires_at") + timedelta(days=1))
    post.answer = ""
    assert send_at(noon + timedelta(minutes=2))["sent"] == 0
    assert Letter.objects.get(kind="urgent").state == "needless"
