"""One letter a working day, when the person's own hours begin, if anything waits."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection

from approvals.models import LedgerEntry
from approvals.models.workspace import Letters
from runs.models import Letter
from runs.notices import due
from runs.notices import post as posting
from tests.builders import a_proposal, approve

pytestmark = pytest.mark.django_db


def send_at(at: datetime) -> dict[str, int]:
    with time_machine.travel(at, tick=False):
        return posting.run()


def test_a_letter_comes_when_the_day_begins_and_once(maria, northwind, post, morning, yesterday):
    a_proposal(northwind.bot, at=yesterday)
    assert send_at(morning - timedelta(minutes=1)) == {"made": 0, "sent": 0}
    assert send_at(morning) == {"made": 1, "sent": 1}
    assert send_at(morning + timedelta(minutes=1)) == {"made": 0, "sent": 0}
    assert send_at(morning + timedelta(hours=7)) == {"made": 0, "sent": 0}
    (letter,) = post.letters
    assert letter["Subject"] == "1 waits for you in Northwind Finance"
    assert letter["To"] == "maria <maria@northwind.example>"
    assert letter["From"].startswith("Countersign <") and letter["Auto-Submitted"] == "auto-generated"


def test_it_comes_again_the_next_working_day_and_not_on_a_day_off(maria, northwind, post, morning, yesterday):
    a_proposal(northwind.bot, at=morning + timedelta(days=4))  # Friday, with three days of patience
    friday, saturday, monday = (morning + timedelta(days=days) for days in (4, 5, 7))
    a_proposal(northwind.bot, at=friday + timedelta(hours=8))
    assert [send_at(day)["sent"] for day in (friday, saturday, monday)] == [1, 0, 1]
    assert len({letter["Message-ID"] for letter in post.letters}) == 2


def test_the_day_begins_on_the_persons_own_clock(maria, northwind, post, morning, yesterday):
    maria.timezone = "Asia/Kuala_Lumpur"  # nine o'clock there is one o'clock here
    maria.save()
    a_proposal(northwind.bot, at=yesterday)
    at_one = morning.replace(hour=1)
    assert send_at(at_one - timedelta(minutes=1))["sent"] == 0
    assert send_at(at_one)["sent"] == 1
    assert send_at(morning)["sent"] == 0
    assert "Northwind Finance, Monday 23 November, 09:00" in post.texts[0]
    assert "Times are told in Asia/Kuala_Lumpur" in post.texts[0]


def test_nothing_is_written_when_nothing_waits_and_the_day_is_over_with_that(maria, northwind, post, morning):
    assert send_at(morning) == {"made": 1, "sent": 0}
    a_proposal(northwind.bot, at=morning + timedelta(minutes=5))
    assert send_at(morning + timedelta(minutes=10)) == {"made": 0, "sent": 0}
    assert Letter.objects.get().state == "needless" and post.letters == []


@pytest.mark.parametrize("why", ["off", "no address", "no sensible address", "not a reviewer", "gone"])
def test_nobody_is_written_to_who_should_not_be(maria, northwind, post, morning, yesterday, why):
    a_proposal(northwind.bot, at=yesterday)
    if why == "off":
        maria.letters = Letters.OFF
    elif why == "not a reviewer":
        maria.roles = ["auditor"]
    elif why == "gone":
        maria.user.is_active = False
    else:
        maria.user.email = "" if why == "no address" else "maria@here\nBcc: all@example.org"
    maria.user.save()
    maria.save()
    assert send_at(morning) == {"made": 0, "sent": 0}


def test_one_who_is_away_with_a_stand_in_is_left_alone(maria, northwind, post, morning, yesterday):
    a_proposal(northwind.bot, at=yesterday)
    maria.workspace.covers.create(
        away=maria.user, stand_in=northwind.ken.user, starts_at=yesterday, ends_at=morning + timedelta(days=3),
        created_at=yesterday,
    )  # fmt: skip
    assert send_at(morning) == {"made": 0, "sent": 0}


@pytest.mark.parametrize("enabled", [True, False])
def test_without_a_mail_server_no_letter_falls_due(maria, northwind, settings, morning, yesterday, enabled):
    settings.SMTP, settings.LETTERS_ENABLED = {}, enabled
    a_proposal(northwind.bot, at=yesterday)
    assert send_at(morning) == {} and not Letter.objects.exists()


def test_what_was_sent_is_on_record_in_numbers(maria, northwind, post, morning, yesterday):
    a_proposal(northwind.bot, at=yesterday)
    send_at(morning)
    entry = LedgerEntry.objects.get(kind="letter.sent")
    assert entry.actor == "worker:post" and entry.data == {
        "user": maria.user_id, "letter": "daily", "waiting": 1, "second": 0, "given": 0, "expiring": 0, "returning": 0,
    }  # fmt: skip


@pytest.mark.usefixtures("two_must_sign")
def test_it_counts_what_waits_what_wants_a_second_signature_and_what_runs_out(
    maria, northwind, post, morning, yesterday
):
    a_proposal(northwind.bot, at=yesterday)
    signed = a_proposal(northwind.bot, at=yesterday)
    approve(signed, northwind.ken, at=yesterday)
    signed.expires_at = morning.replace(hour=14, minute=20)
    signed.save()
    send_at(morning)
    text = post.texts[0]
    assert "     2  wait for your answer" in text
    assert "     1  of them for a second signature" in text
    assert "     1  runs out by 17:30, the first at 14:20" in text
    assert "https://sign.example.org/w/northwind/review/?view=second" in text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(maria, northwind, post, morning, yesterday):
    a_proposal(northwind.bot, at=yesterday)

    def work() -> None:
        try:
            posting.run()
        finally:
            connection.close()

    with time_machine.travel(morning, tick=False):
        workers = [Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(post.letters) == 1 and Letter.objects.get().state == "sent"


def test_planning_costs_the_same_however_many_people(
    maria, northwind, morning, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        assert due.make(now=morning.astimezone(UTC)) == 1
