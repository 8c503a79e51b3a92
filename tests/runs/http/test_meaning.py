"""What an answer means: done, refused, later, or nobody can tell."""

import math
from datetime import UTC, datetime

import pytest

from approvals.tools import Refused, Transient, Unknown
from exceptions.catalogue import SHIPPED
from runs.http import waits
from runs.http.verdicts import judge, meaning_of, usual
from tests.runs.http.far_side import answer, far_side, get, post

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def of(code: int, *, writes: bool, meanings=None, headers=(), body=b"") -> type | str:
    with far_side(answer(body, *headers, code=code)) as side:
        said = post(side.url) if writes else get(side.url)
    if meaning_of(said, meanings or {}) == "done":
        assert judge(said, meanings=meanings) is said
        return "done"
    with pytest.raises(Refused) as refusal:
        judge(said, meanings=meanings)
    assert refusal.value.code in SHIPPED
    return type(refusal.value)


@pytest.mark.parametrize(
    ("code", "write", "read"),
    [
        (200, "done", "done"),
        (201, "done", "done"),
        (303, Unknown, Refused),
        (307, Unknown, Refused),
        (400, Refused, Refused),
        (401, Refused, Refused),
        (404, Refused, Refused),
        (408, Unknown, Transient),
        (409, Refused, Refused),
        (425, Transient, Transient),
        (429, Transient, Transient),
        (500, Unknown, Transient),
        (502, Unknown, Transient),
        (503, Unknown, Transient),
        (504, Unknown, Transient),
        (599, Unknown, Transient),
    ],
)
def test_a_code_means_what_is_safe_to_think(code, write, read):
    assert (of(code, writes=True), of(code, writes=False)) == (write, read)


@pytest.mark.parametrize("http", [100, 199, 299, 300, 399, 400, 499, 500, 600, 999])
def test_every_code_means_something(http):
    assert usual(http, writes=True) and usual(http, writes=False)


def test_a_failure_after_the_work_was_done_is_doubt():
    """500, though the target did it: only the target can tell."""
    done = []

    def work_and_fail(call):
        done.append(call.body)
        call.say(answer(b"out of memory", code=500))

    with far_side(work_and_fail) as side, pytest.raises(Unknown, match="HTTP 500: out of memory") as doubt:
        judge(post(side.url))
    assert done == [b"{}"] and doubt.value.code == "outcome.unknown"


def test_a_connector_knows_its_target_better():
    assert of(409, writes=True, meanings={"409": "done"}) == "done"
    assert of(503, writes=True, meanings={"503": "transient", "5xx": "unknown"}) is Transient
    assert of(500, writes=True, meanings={"503": "transient", "5xx": "refused"}) is Refused
    assert of(200, writes=True, meanings={"2xx": "unknown"}) is Unknown


def test_an_error_in_a_good_answer_is_for_the_connector_to_see():
    with far_side(answer(b'{"error": "no such vendor"}')) as side:
        assert judge(post(side.url)).json()["error"] == "no such vendor"


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"{'a': 1}", b"[NaN]", b"[" * 100_000, b"\xff\xfe\xff", b"9" * 5000]
)
def test_what_is_not_json_after_a_write_is_doubt_and_after_a_read_a_refusal(body):
    with far_side(answer(body)) as side:
        with pytest.raises(Unknown, match="not JSON"):
            post(side.url).json()
        with pytest.raises(Refused) as refusal:
            get(side.url).json()
    assert type(refusal.value) is Refused


def test_a_search_may_be_a_post():
    with far_side(b"") as side, pytest.raises(Transient):
        post(side.url, changes=False)


def test_a_read_that_changes_something_is_a_write():
    with far_side(b"") as side, pytest.raises(Unknown):
        get(side.url, changes=True)


def test_words_of_a_target_are_cut_and_made_printable():
    rude = answer(b"no\x00\x1b[31m\xe2\x80\xaewen\n\n" + b"y" * 5000, code=422)
    with far_side(rude) as side, pytest.raises(Refused) as refusal:
        judge(post(side.url))
    said = refusal.value.message
    assert said.startswith("127.0.0.1 answered HTTP 422: no [31m wen yyy") and said.isprintable()
    assert len(said) < 250


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), (" 5 ", 5),
        ("Sat, 21 Nov 2026 09:01:30 GMT", 90),
        ("Saturday, 21-Nov-26 09:01:30 GMT", 90),
        ("Sat Nov 21 09:01:30 2026", 90),
        ("Sat, 21 Nov 2026 10:01:30 +0100", 90),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
        ("999999999", 3600), ("9" * 64, 3600), ("Tue, 01 Jan 9999 00:00:00 GMT", 3600),
    ],
)  # fmt: skip
def test_a_target_may_ask_us_to_wait_within_reason(value, seconds):
    assert waits.asked([value], NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "", "soon", "-1", "+5", "1.5", "1e9", "inf", "nan", "0x10", "²", "٣", "12 0", "9" * 65, "Sat, 99 Nov 2026",
        "Sat, 21 Nov 99999 09:00:00 GMT", "Sat, 21 Nov 2026 25:00:00 GMT", "\x00", ",",
        "Sat, 21 Nov 2026 09:00:00 +9999999",
    ],
)  # fmt: skip
def test_a_wait_that_makes_no_sense_is_none(value):
    found = waits.asked([value], NOW)
    assert found is None or (math.isfinite(found) and 0 <= found <= waits.LONGEST)


def test_of_two_waits_the_longer_counts():
    assert waits.asked(["5", "soon", "7"], NOW) == 7 and waits.asked([], NOW) is None


def test_a_busy_target_says_when_to_come_back():
    with far_side(answer(b"", "Retry-After: 17", code=429)) as side, pytest.raises(Transient) as later:
        judge(post(side.url))
    assert later.value.after == 17 and later.value.code == "integration.rate_limited"
    with far_side(answer(b"", code=429)) as side, pytest.raises(Transient) as later:
        judge(post(side.url))
    assert later.value.after is None
