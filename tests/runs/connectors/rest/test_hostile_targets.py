"""Targets that misbehave, met through the whole tool: each ends in a named state, and where it must, in a case."""

from typing import Any

import pytest

from exceptions.models import Case
from runs.models import Execution
from tests.declaring import CANARY, TICKETS, a_ticket, declare, sign, work
from tests.people import Company
from tests.runs.http import unhurried
from tests.runs.http.far_side import Call, Script, answer, far_side

pytestmark = pytest.mark.django_db
BARE = {name: told for name, told in TICKETS.items() if name not in ("look_up", "undo", "dry_run")}
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"


def drips(call: Call) -> None:
    call.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    call.drip(b"x" * 100, seconds=0.2)


def a_gigabyte(call: Call) -> None:
    call.say(ENDLESS)
    while True:
        call.say(b" " * 65536)


def says_the_secret(call: Call) -> None:
    call.say(
        answer(b'{"error": {"message": "' + call.head.split(b"Authorization: ")[1].split(b"\r\n")[0] + b'"}}')
    )


TARGETS: dict[str, tuple[Script | bytes, str, str]] = {
    "hangs": (Call.hang, "unknown", "outcome.unknown"),
    "drips a byte": (drips, "unknown", "outcome.unknown"),
    "says an error with 200": (answer(b'{"error": {"code": "closed"}}'), "failed", "posting.refused"),
    "says it is busy with 200": (answer(b'{"error": {"code": "busy"}}'), "scheduled", "integration.rate_limited"),
    "says it lost it with 200": (answer(b'{"error": {"code": "lost"}}'), "unknown", "outcome.unknown"),
    "breaks with 500": (answer(b"{}", code=500), "unknown", "outcome.unknown"),
    "says wrong JSON": (answer(b'{"id": '), "unknown", "outcome.unknown"),
    "says NaN": (answer(b'{"id": NaN}'), "unknown", "outcome.unknown"),
    "says no reference": (answer(b'{"subject": "x"}'), "unknown", "outcome.unknown"),
    "says nested lists without end": (answer(b"[" * 100_000), "unknown", "outcome.unknown"),
    "says a gigabyte": (a_gigabyte, "unknown", "outcome.unknown"),
    "redirects inside": (answer(b"", "Location: http://169.254.169.254/", code=307), "unknown", "outcome.unknown"),
    "closes half-way": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "unknown", "outcome.unknown"),
    "says no HTTP": (b"220 smtp ready\r\n\r\n", "unknown", "outcome.unknown"),
    "knows it already": (answer(b"{}", code=409), "failed", "proposal.duplicate"),
    "wants us to wait": (answer(b"{}", "Retry-After: 7", code=429), "scheduled", "integration.rate_limited"),
    "does not let us in": (answer(b"{}", code=401), "failed", "integration.auth"),
    "echoes our secret": (says_the_secret, "failed", "posting.refused"),
}  # fmt: skip
ENDLESS_ONES = ("hangs", "drips a byte")


@pytest.fixture
def reach(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried.start_with_the_first_read(monkeypatch)
    settings.HTTP_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SECRET_NORTHWIND__TICKETS_TOKEN", CANARY)


def carried_out(company: Company, base: str, patience: int = 15) -> Execution:
    row = declare(company, BARE | {"base": base, "patience": patience})
    sign(a_ticket(company, row.name), company)
    work()
    return Execution.objects.get()


@pytest.mark.parametrize("name", TARGETS)
def test_every_ending_has_a_name(northwind: Company, reach: None, name: str):
    script, state, failure = TARGETS[name]
    with far_side(script) as side:
        done = carried_out(northwind, side.url, patience=1 if name in ENDLESS_ONES else 15)
    assert (done.state, done.failure_class) == (state, failure), done.error
    assert len(side.calls) == 1
    assert Case.objects.exists() == (state != "scheduled")
    assert CANARY not in done.error


def test_nobody_there_is_tried_again_later(northwind: Company, reach: None):
    done = carried_out(northwind, "http://127.0.0.1:1")
    assert (done.state, done.failure_class) == ("scheduled", "integration.unreachable")


@pytest.mark.parametrize("base", ["http://169.254.169.254", "http://[::1]:9", "http://10.0.0.1"])
def test_addresses_nobody_allowed_are_never_called(northwind: Company, reach: None, base: str):
    done = carried_out(northwind, base)
    assert (done.state, done.failure_class) == ("failed", "integration.refused")
    assert Case.objects.exists()


def test_a_target_that_does_it_twice_is_asked_once(northwind: Company, reach: None):
    with far_side(answer(b'{"id": "T-1", "copies": 2}')) as side:
        done = carried_out(northwind, side.url)
        work()
    assert (done.state, len(side.calls)) == ("succeeded", 1)


@pytest.mark.parametrize(
    "told", [b'{"id": "T-1", "subject": "a\\u0000b"}', b'{"id": "T-1", "subject": "\\ud800"}', b'{"id": 1e400}',
             b'{"id": 99999999999999999999, "subject": 1e999}', b'{"id": "' + b"x" * 900_000 + b'"}'],
)  # fmt: skip
def test_values_no_database_holds_do_not_undo_a_success(northwind: Company, reach: None, told: bytes):
    with far_side(answer(told)) as side:
        done = carried_out(northwind, side.url)
    assert done.state == "succeeded", done.error
