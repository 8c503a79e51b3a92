"""Servers that refuse, break or fall silent: sent once, known not to be sent, or in doubt and never sent again."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from structlog.testing import capture_logs

from approvals import tools
from runs.connectors.email import dialogue
from tests.patience import SOON_SECONDS
from tests.runs.connectors.email import hostile
from tests.runs.connectors.email.letters import CONTEXT, TOLD, declare, known_as, send
from tests.runs.notices import mailbox
from tests.runs.notices.mailbox import Mailbox

CANARY = "hunter2-canary"
_numbers = count()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "PATIENCE", 0.4)
    monkeypatch.setattr(dialogue, "LONGEST_SECONDS", 1.0)


@pytest.mark.parametrize("at", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    "does", ["drop", "hang", "drip", "babble", "endless", "421 leaving", "451 greylisted"]
)
def test_whatever_breaks_before_the_letter_is_handed_over_may_be_tried_again(
    hurried: None, monkeypatch: pytest.MonkeyPatch, at: str, does: str
) -> None:
    began = time.monotonic()
    with hostile.serving(at, does) as server:
        known_as(monkeypatch, server.port)
        with pytest.raises(tools.Transient):
            send(declare(), f"{at}{does}{next(_numbers)}")
    assert server.dots == 0 and time.monotonic() - began < SOON_SECONDS


@pytest.mark.parametrize("at", ["HELLO", "MAIL", "RCPT", "DATA", "DOT"])
def test_a_server_that_says_no_is_asked_no_more(monkeypatch: pytest.MonkeyPatch, at: str, key: str) -> None:
    with hostile.serving(at, "554 no, and your password is hunter2") as server:
        known_as(monkeypatch, server.port)
        with pytest.raises(tools.Refused) as refusal:
            send(declare(), key)
    assert not isinstance(refusal.value, tools.Transient | tools.Unknown)
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize("does", ["drop", "hang", "drip", "babble", "endless", "354 go on"])
def test_a_letter_handed_over_without_an_answer_is_in_doubt_and_never_sent_again(
    hurried: None, monkeypatch: pytest.MonkeyPatch, does: str, key: str
) -> None:
    tool = declare()
    with hostile.serving("DOT", does) as server:
        known_as(monkeypatch, server.port)
        for _ in range(3):
            with pytest.raises(tools.Unknown):
                send(tool, key)
    assert (server.dots, server.connections) == (1, 1)


def test_a_server_that_defers_the_letter_itself_did_not_take_it(post: Mailbox, key: str) -> None:
    post.answer = "451 try later"
    with pytest.raises(tools.Transient):
        send(declare(), key)
    post.answer = ""
    send(declare(), key)
    assert len(post.letters) == 1


def test_a_line_cut_in_the_middle_of_the_letter_never_counts_as_sent(
    hurried: None, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    with hostile.serving("BODY", "drop") as server:
        known_as(monkeypatch, server.port)
        with pytest.raises((tools.Transient, tools.Unknown)):
            send(declare(), key, body="x" * 9_000)
    assert server.dots == 0


def test_a_server_that_objects_while_the_letter_still_comes_took_nothing(
    hurried: None, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(dialogue, "_hear_out", _slowly(dialogue._hear_out))
    with hostile.serving("BODY", "552 too long") as server:
        known_as(monkeypatch, server.port)
        with pytest.raises(tools.Refused) as refusal:
            send(declare(), key)
    assert not isinstance(refusal.value, tools.Transient | tools.Unknown) and server.dots == 0


def _slowly(hear_out):
    def later(line):
        time.sleep(0.2)
        hear_out(line)

    return later


def test_the_same_key_sends_one_letter(post: Mailbox, key: str) -> None:
    tool = declare()
    assert send(tool, key) == send(tool, key)
    assert len(post.letters) == 1


def test_eight_hands_with_one_key_send_one_letter(post: Mailbox, key: str) -> None:
    tool = declare()

    def one(_: int) -> str:
        try:
            return send(tool, key).reference
        except tools.Transient:
            return "wait"

    with ThreadPoolExecutor(8) as hands:
        told = set(hands.map(one, range(8)))
    assert len(post.letters) == 1 and len(told - {"wait"}) == 1


def test_the_identity_of_a_letter_is_that_of_its_write(post: Mailbox, key: str) -> None:
    def name(key: str) -> str:
        tool = declare()
        told = tool.rehearse(tool.Arguments.model_validate(TOLD), key=key, context=CONTEXT)
        return told.would["message_id"]

    assert name(key) == name(key) != name(f"{key}x")


@pytest.mark.parametrize(("code", "kind"), [("550 no", tools.Refused), ("451 later", tools.Transient)])
def test_one_recipient_refused_is_named_and_nobody_is_written_to(
    post: Mailbox, monkeypatch: pytest.MonkeyPatch, code: str, kind: type[tools.Refused], key: str
) -> None:
    tool = declare(max_recipients=3)

    async def pick(server, session, envelope, address, options):
        if address.startswith("eve"):
            return code
        envelope.rcpt_tos.append(address)
        return "250 OK"

    monkeypatch.setattr(Mailbox, "handle_RCPT", lambda self, *told: pick(*told))
    with pytest.raises(kind) as refusal:
        send(tool, key, cc=["bob@example.org", "eve@example.org"])
    assert (refusal.value.field, post.envelopes) == ("cc", [])
    assert "eve@example.org" in refusal.value.message and "bob@" not in refusal.value.message


def test_a_server_that_is_not_there_is_tried_again_and_keeps_its_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    known_as(monkeypatch, mailbox.free_port(), user=f"support:{CANARY}@")
    with capture_logs() as logged, pytest.raises(tools.Transient) as trouble:
        send(declare(), key)
    assert CANARY not in f"{trouble.value!r} {vars(trouble.value)} {logged} {caplog.text}"


def test_a_server_that_offers_no_way_to_sign_in_is_not_written_to(
    post: Mailbox, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    for scheme in ("smtp", "smtp+tls"):
        monkeypatch.setenv(
            "SECRET_NORTHWIND__SUPPORT_SMTP", f"{scheme}://support:{CANARY}@127.0.0.1:{post.port}"
        )
        with pytest.raises(tools.Refused) as refusal:
            send(declare(), key)
        assert CANARY not in repr(refusal.value)
    assert post.envelopes == []


@pytest.mark.parametrize(
    "address", [f"http://u:{CANARY}@h", f"smtp://u:{CANARY}@h:port", f"{CANARY} and more"]
)
def test_an_address_that_cannot_be_read_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str, key: str
) -> None:
    monkeypatch.setenv("SECRET_NORTHWIND__SUPPORT_SMTP", address)
    with pytest.raises(tools.Refused) as refusal:
        send(declare(), key)
    assert (refusal.value.code, CANARY in str(refusal.value)) == ("integration.auth", False)
