"""A server that is down or refuses: tried again later, then given up and said."""

import socket
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from approvals.models import Notice
from runs.models import Letter
from runs.notices import post as posting
from runs.notices import server
from tests.builders import a_proposal
from tests.runs.notices import mailbox
from tests.runs.notices.test_daily import send_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(maria, northwind, yesterday):
    return a_proposal(northwind.bot, at=yesterday)


@pytest.fixture
def nobody_there(settings):
    """A port at which nobody answers."""
    port = mailbox.free_port()
    settings.SMTP, settings.LETTERS_ENABLED = mailbox.known_as(port), True
    return port


@pytest.mark.usefixtures("waiting")
def test_a_server_that_is_down_is_asked_again_and_the_letter_is_the_same(nobody_there, morning):
    with capture_logs() as said:
        assert send_at(morning)["sent"] == 0
    assert {"event": "letter.not_taken", "reason": "server_unreachable"}.items() <= said[-1].items()
    assert Letter.objects.get().error == "server_unreachable"
    with mailbox.serving(nobody_there) as box:
        assert send_at(morning + timedelta(seconds=30))["sent"] == 0  # not yet
        assert send_at(morning + timedelta(seconds=60))["sent"] == 1
    assert len(box.letters) == 1


@pytest.mark.usefixtures("waiting", "nobody_there")
def test_after_five_attempts_admins_are_told(northwind, maria, morning):
    for minutes in (0, 1, 6, 21, 81):
        assert Letter.objects.filter(state="failed").count() == 0
        send_at(morning + timedelta(minutes=minutes))
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.error) == ("failed", 5, "server_unreachable")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.by) == (northwind.ada.user, "letters_failing", maria.user)
    assert send_at(morning + timedelta(hours=5))["sent"] == 0


@pytest.mark.usefixtures("waiting")
def test_an_address_that_is_refused_for_good_is_not_tried_again(post, morning):
    post.refuse_recipient = "550 no such mailbox"
    send_at(morning)
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.error) == ("failed", 1, "recipient_refused")
    assert Notice.objects.get().kind == "letters_failing"


@pytest.mark.usefixtures("waiting")
def test_a_mailbox_that_asks_to_come_later_is_tried_later(post, morning):
    post.refuse_recipient = "451 greylisted"
    send_at(morning)
    post.refuse_recipient = ""
    assert send_at(morning + timedelta(minutes=1))["sent"] == 1


@pytest.mark.usefixtures("waiting")
def test_one_refused_letter_keeps_no_other_from_going(post, northwind, morning):
    northwind.ken.user.email = "ken@northwind.example"
    northwind.ken.user.save()
    post.answer = "554 not this one"
    send_at(morning)
    assert set(Letter.objects.values_list("state", "error")) == {("failed", "letter_refused")}
    assert Letter.objects.count() == 2


@pytest.mark.usefixtures("waiting")
def test_a_letter_is_not_sent_after_hours_however_long_the_server_was_down(post, morning):
    post.answer = "451 later"
    evening = morning.replace(hour=17, minute=29)
    send_at(evening)
    post.answer = ""
    assert send_at(evening + timedelta(minutes=2))["sent"] == 0
    assert Letter.objects.get().error == "too_late" and post.letters == []


@pytest.mark.usefixtures("waiting")
def test_a_worker_that_dies_after_sending_sends_the_same_letter_at_most_once_more(post, morning, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(posting.ledger, "append", _dies)
        with pytest.raises(KeyboardInterrupt):
            send_at(morning)
    assert Letter.objects.get().state == "waiting"
    assert [send_at(morning + timedelta(minutes=minutes))["sent"] for minutes in (0, 1, 2, 30)] == [
        0,
        1,
        0,
        0,
    ]
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]


def _dies(**_: object) -> None:
    raise KeyboardInterrupt


def test_a_server_that_says_nothing_does_not_hold_the_worker(settings, monkeypatch, waiting, morning):
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.LETTERS_ENABLED = True
        settings.SMTP = mailbox.known_as(silent.getsockname()[1])
        assert send_at(morning)["sent"] == 0
    assert Letter.objects.get().error == "server_unreachable"


def test_letters_of_long_ago_are_forgotten(maria, morning):
    for days, period in ((91, "old"), (1, "new")):
        Letter.objects.create(
            workspace=maria.workspace, user=maria.user, kind="daily", period=period, state="needless",
            next_try_at=morning, created_at=morning - timedelta(days=days),
        )  # fmt: skip
    assert posting.forget(now=morning) == 1 and Letter.objects.get().period == "new"
