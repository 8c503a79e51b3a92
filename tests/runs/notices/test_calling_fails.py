"""A call that does not arrive: tried again, then by another way, then the backup team, at last the admins."""

from datetime import timedelta

import pytest

from approvals.models import LedgerEntry, Notice
from exceptions import calls
from exceptions.models import Call
from runs.notices import calling
from tests.exceptions.conftest import open_case
from tests.runs.notices import mailbox
from tests.runs.notices.calling_at import ROOM, a_channel, call, ends, send_at

pytestmark = pytest.mark.django_db
TRIES = [timedelta(seconds=seconds) for seconds in (0, 30, 90, 270)]


@pytest.fixture
def far(httpserver, settings, monkeypatch):
    settings.HTTP_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SECRET_NORTHWIND__ROOM", httpserver.url_for(ROOM))
    return httpserver


@pytest.fixture
def case(northwind, morning):
    """Finance ops own it: Olu and Ada. Its backup are the controllers: Ken."""
    for name in ("olu", "ada", "ken"):
        user = northwind.people[name].user
        user.email = f"{name}@northwind.example"
        user.save()
    northwind.workspace.teams.get(name="Controllers").members.set([northwind.ken.user])
    return open_case(northwind.workspace, now=morning)


def to(post):
    return sorted(envelope.rcpt_tos[0].partition("@")[0] for envelope in post.envelopes)


def test_a_dead_channel_is_tried_four_times_and_then_the_people_get_letters(
    northwind, case, far, post, morning
):
    far.expect_request(ROOM).respond_with_data("no_service", status=502)
    room = a_channel(northwind)
    call(case, [northwind.olu], [room], morning)

    assert calls.late(now=morning + timedelta(minutes=3)) == 1
    ended = [send_at(morning + wait)["failed"] for wait in TRIES]

    assert ended == [0, 0, 0, 1] and len(far.log) == 4
    assert ends() == [("chat", "failed", "http_502"), ("email", "delivered", "")]
    assert Call.objects.latest("id").instead_of.channel == room and to(post) == ["olu"]
    room.refresh_from_db()
    assert room.failed_at == morning + TRIES[-1]
    assert Notice.objects.get(kind="channel_failing").user == northwind.ada.user
    assert LedgerEntry.objects.filter(kind="channel.failing").count() == 1


def test_through_a_channel_that_fails_it_is_tried_once_and_admins_hear_no_second_time(
    northwind, case, far, post, morning
):
    far.expect_oneshot_request(ROOM).respond_with_data("gone", status=404)
    room = a_channel(northwind)
    call(case, [northwind.olu], [room], morning)
    send_at(morning)
    far.expect_oneshot_request(ROOM).respond_with_data("busy", status=503)
    call(case, [northwind.olu], [room], morning, step=1)
    send_at(morning)

    assert [end for end in ends() if end[0] == "chat"] == [
        ("chat", "failed", "http_404"),
        ("chat", "failed", "http_503"),
    ]
    assert Notice.objects.filter(kind="channel_failing").count() == 1
    far.expect_oneshot_request(ROOM).respond_with_data("ok")
    call(case, [northwind.olu], [room], morning, step=2)
    send_at(morning)
    room.refresh_from_db()
    assert room.failed_at is None and LedgerEntry.objects.filter(kind="channel.recovered").count() == 1


def test_where_nobody_of_the_team_can_be_reached_the_backup_team_is(northwind, case, post, morning):
    northwind.olu.user.email = ""
    northwind.olu.user.save()
    call(case, [northwind.olu], ["email"], morning)

    send_at(morning)

    assert ends() == [("email", "failed", "no_address"), ("email", "delivered", "")]
    last = Call.objects.latest("id")
    assert (last.team.name, last.user, last.instead_of.user) == (
        "Controllers",
        northwind.ken.user,
        northwind.olu.user,
    )
    assert Notice.objects.filter(user=northwind.ken.user, kind="case_called").exists()


def test_while_another_of_the_team_was_reached_the_backup_is_left_in_peace(northwind, case, post, morning):
    northwind.olu.user.email = ""
    northwind.olu.user.save()
    call(case, [northwind.olu, northwind.ada], ["email"], morning)

    send_at(morning)

    assert ends() == [("email", "failed", "no_address"), ("email", "delivered", "")] and to(post) == ["ada"]


def test_where_no_mail_server_is_known_the_admins_are_told_in_the_product_at_last(northwind, case, morning):
    call(case, [northwind.olu], ["email"], morning)

    assert send_at(morning)["failed"] == 2  # Olu, then the backup's Ken

    assert ends() == [("email", "failed", "no_mail_server")] * 2
    notice = Notice.objects.get(kind="case_unheard")
    assert (notice.user, notice.case) == (northwind.ada.user, case.pk)
    assert send_at(morning + timedelta(days=1)) == {"delivered": 0, "failed": 0}


def test_a_mail_server_that_is_down_is_asked_once_a_job(northwind, case, settings, morning, monkeypatch):
    settings.SMTP, settings.LETTERS_ENABLED = mailbox.known_as(mailbox.free_port()), True
    asked = []
    real = calling.Couriers._post
    monkeypatch.setattr(
        calling.Couriers, "_post", lambda self, calls: asked.append(self.mail_down) or real(self, calls)
    )
    call(case, [northwind.olu, northwind.ada], ["email"], morning)

    assert send_at(morning) == {"delivered": 0, "failed": 0}
    assert asked == ["", "server_unreachable"]
    assert ends() == [("email", "waiting", "server_unreachable")] * 2


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda room, patch: patch.delenv("SECRET_NORTHWIND__ROOM"), "no_secret"),
        (
            lambda room, patch: patch.setenv("SECRET_NORTHWIND__ROOM", "http://169.254.169.254/latest"),
            "address_refused",
        ),
        (lambda room, patch: patch.setenv("SECRET_NORTHWIND__ROOM", "not an address"), "address_refused"),
        (lambda room, patch: type(room).objects.update(retired_at=room.created_at), "retired"),
    ],
)
def test_what_cannot_get_better_is_not_tried_again(
    northwind, case, far, post, morning, monkeypatch, spoil, code
):
    room = a_channel(northwind)
    spoil(room, monkeypatch)
    call(case, [northwind.olu], [room], morning)

    send_at(morning)

    assert ends() == [("chat", "failed", code), ("email", "delivered", "")]


def test_a_worker_that_dies_in_the_middle_costs_a_second_copy_and_ends_sometime(
    northwind, case, post, morning, monkeypatch
):
    call(case, [northwind.olu], ["email"], morning)
    with monkeypatch.context() as patch:
        patch.setattr(calling.call_ends, "arrived", _dies)
        for minutes in range(0, 30, 5):
            with pytest.raises(KeyboardInterrupt):
                send_at(morning + timedelta(minutes=minutes))
    assert len({letter["Message-ID"] for letter in post.letters}) == 1

    send_at(morning + timedelta(hours=1))

    assert ends()[0] == ("email", "failed", "worker_lost")


def _dies(**_):
    raise KeyboardInterrupt
