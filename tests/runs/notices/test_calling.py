"""Calls reach people by real mail, a real chat's webhook and a real receiver of signed ones."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from werkzeug import Response

from approvals.models import LedgerEntry
from exceptions import cases
from exceptions.models import Call, Channel
from runs.notices import signed
from tests.builders import actor_of
from tests.exceptions.conftest import open_case
from tests.runs.notices.calling_at import KEY, ROOM, a_channel, call, ends, send_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def olu(northwind):
    """Can be written to; her name tries to become a header."""
    user = northwind.olu.user
    user.email, user.first_name = "olu@northwind.example", "Olu\r\nBcc: all@northwind.example\u2028"
    user.save()
    return northwind.olu


@pytest.fixture
def far(httpserver, settings, monkeypatch):
    """A server that workers may reach, and whose secrets they know."""
    settings.HTTP_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SECRET_NORTHWIND__ROOM", httpserver.url_for(ROOM))
    monkeypatch.setenv("SECRET_NORTHWIND__KEY", KEY)
    return httpserver


@pytest.fixture
def case(northwind, morning):
    """Its title holds what came from outside, which is nobody else's business."""
    return open_case(northwind.workspace, message="no IBAN DE89 3704 for Frau Meier", now=morning)


def test_a_letter_says_the_kind_of_failure_and_where_to_look_and_nothing_that_failed(
    olu, case, post, morning
):
    call(case, [olu], ["email"], morning)

    assert send_at(morning) == {"delivered": 1, "failed": 0}

    letter = post.letters[0]
    assert letter["Subject"] == "A case waits for you in Northwind Finance"
    assert letter["To"].addresses[0].addr_spec == "olu@northwind.example" and letter["Bcc"] is None
    assert len(post.envelopes[0].rcpt_tos) == 1
    text = letter.get_content()
    assert (
        "The books refuse (medium)" in text
        and "Nobody has taken it. First seen 2026-11-23 09:00 (UTC)" in text
    )
    assert f"https://sign.example.org/w/northwind/exceptions/{case.public_id}/" in text
    assert "DE89" not in str(letter) and "Meier" not in str(letter)
    entry = LedgerEntry.objects.get(kind="call.delivered")
    assert (
        entry.case == case.pk and entry.data["by"] == "email" and entry.data["user"] == f"user:{olu.user_id}"
    )


def test_whoever_is_called_to_many_cases_gets_one_letter(olu, northwind, post, morning):
    for number in range(12):
        found = open_case(northwind.workspace, message="cause " + "abcdefghijkl"[number], now=morning)
        call(found, [olu], ["email"], morning)

    assert send_at(morning)["delivered"] == 12
    assert [letter["Subject"] for letter in post.letters] == ["12 cases wait for you in Northwind Finance"]
    assert "And 2 more:" in post.texts[0]


def test_a_chat_hears_it_and_a_hostile_class_calls_no_whole_channel(northwind, case, far, morning):
    case.failure_class.title = "<!channel> & <https://evil.example|books>"
    case.failure_class.save()
    far.expect_oneshot_request(ROOM, method="POST").respond_with_data("ok")
    room = a_channel(northwind)
    call(case, [], [room], morning)

    assert send_at(morning)["delivered"] == 1
    text = json.loads(far.log[0][0].get_data())["text"]
    assert "&lt;!channel&gt; &amp; &lt;https" in text and "<" not in text and case.public_id in text
    room.refresh_from_db()
    assert room.delivered_at == morning and room.failed_at is None


def test_a_receiver_can_prove_that_a_message_is_ours_and_knows_a_second_copy(northwind, case, far, morning):
    hook = a_channel(northwind, far, kind="webhook")
    far.expect_ordered_request("/hook", method="POST").respond_with_data("busy", status=503)
    far.expect_ordered_request("/hook", method="POST").respond_with_data("")
    made = call(case, [], [hook], morning)

    assert send_at(morning)["delivered"] == 0
    assert ends() == [("webhook", "waiting", "http_503")]
    assert send_at(morning + timedelta(seconds=30))["delivered"] == 1

    first, second = (request for request, _ in far.log)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"call_{made[0].pk}"
    told = (
        f"{second.headers['webhook-id']}.{second.headers['webhook-timestamp']}.".encode() + second.get_data()
    )
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    assert second.headers["webhook-signature"] == f"v1,{mark}"
    event = json.loads(second.get_data())
    assert event["type"] == "case.called" and event["data"]["case"] == case.public_id
    assert event["data"]["class"] == "posting.refused" and "Meier" not in str(event)


def test_signatures_are_those_of_the_standard():
    """The example that its own libraries are tested with."""
    told = signed.headers(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", number="msg_p5jXN8AQM9LWM0D4loKWxJek", at=1614265330,
        body=b'{"test": 2432232314}',
    )  # fmt: skip

    assert dict(told)["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "not base64 at all!!"])
def test_what_is_no_key_signs_nothing(secret):
    with pytest.raises(signed.OddKey):
        signed.headers(secret=secret, number="call_1", at=1, body=b"")


def test_nobody_is_called_to_what_somebody_took_meanwhile_except_to_remind_them(olu, case, post, morning):
    call(case, [olu], ["email"], morning)
    cases.take(case=case, member=olu, actor=actor_of(olu), now=morning)
    call(case, [olu], ["email"], morning, why="reminder")

    assert send_at(morning)["delivered"] == 1
    assert ends() == [("email", "needless", ""), ("email", "delivered", "")]
    assert "Your hold on it runs out soon" in post.texts[0]


def test_a_channel_is_tried_without_any_case(northwind, far, morning):
    room = a_channel(northwind)
    far.expect_oneshot_request(ROOM, method="POST").respond_with_data("ok")
    Call.objects.create(
        workspace=northwind.workspace, step=0, why="test", kind="chat", channel=room, next_try_at=morning,
        created_at=morning,
    )  # fmt: skip

    assert send_at(morning)["delivered"] == 1
    assert "messages arrive here" in far.log[0][0].get_data(as_text=True)


def test_what_is_secret_of_a_channel_stands_nowhere(northwind, case, far, post, morning, capfd, caplog):
    """Both answer with an error that holds what they were sent. What the receivers log themselves is their own."""
    caplog.set_level("CRITICAL", logger="werkzeug")

    def echo(request):
        return Response(f"{request.url} {dict(request.headers)} {KEY}", status=500)

    far.expect_request(ROOM).respond_with_handler(echo)
    far.expect_request("/hook").respond_with_handler(echo)
    call(
        case,
        [northwind.olu],
        ["email", a_channel(northwind), a_channel(northwind, far, name="B", kind="webhook")],
        morning,
    )
    for seconds in (0, 30, 90, 270, 900):
        send_at(morning + timedelta(seconds=seconds))

    assert {error for _, _, error in ends(channel__isnull=False)} == {"http_500"}
    kept = [str(row) for model in (Call, Channel, LedgerEntry) for row in model.objects.values()]
    seen = "\n".join([*kept, *capfd.readouterr(), caplog.text, *(str(letter) for letter in post.letters)])
    assert KEY not in seen and "canary" not in seen and base64.b64encode(b"canary").decode()[:7] not in seen
