"""Targets that hang, drip, flood and hang up: each ends in time, within the bound, under the right name."""

import gzip
import time
import tracemalloc
import zlib

import pytest

from approvals.tools import Refused, Transient, Unknown
from runs.http.client import send
from runs.http.limits import Limits
from runs.http.request import Request
from runs.http.troubles import NotARequest
from tests.patience import SOON_SECONDS
from tests.runs.http import unhurried
from tests.runs.http.far_side import PATIENT, Call, answer, far_side, get, here, post

SHORT = Limits(total_seconds=0.4, read_seconds=0.2)
DRIPS = Limits(total_seconds=0.4, read_seconds=0.3)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = 1_000_000
PACKED = gzip.compress(b"{}", mtime=0)  # whose bytes name tests, and would differ by the second
TWICE = gzip.compress(PACKED, mtime=0)


def hang(call: Call) -> None:
    call.hang()


def drip_the_head(call: Call) -> None:
    call.drip(HEAD + b"X: " + b"y" * 500, seconds=0.02)


def drip_the_body(call: Call) -> None:
    call.say(HEAD + b"Content-Length: 1000\r\n\r\n")
    call.drip(b"y" * 500, seconds=0.02)


def drip_chunks(call: Call) -> None:
    call.say(CHUNKED)
    call.drip(b"1;" + b"e" * 400, seconds=0.02)


def continue_for_ever(call: Call) -> None:
    while True:
        call.say(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def name_headers_for_ever(call: Call) -> None:
    call.say(HEAD)
    while True:
        call.say(b"X-Flood: " + b"y" * 1000 + b"\r\n")


def one_header_for_ever(call: Call) -> None:
    call.say(HEAD + b"X-Flood: ")
    while True:
        call.say(b"y" * 1000)


def a_gigabyte(head: bytes):
    def script(call: Call) -> None:
        call.say(head)
        piece = b"x" * 65_536
        for _ in range(16_000):
            call.say(b"10000\r\n" + piece + b"\r\n" if b"chunked" in head else piece)

    return script


def a_bomb(call: Call) -> None:
    """A few hundred kilobytes that are half a gigabyte."""
    packer = zlib.compressobj(9, wbits=31)
    call.say(HEAD + b"Content-Encoding: gzip\r\n\r\n")
    for _ in range(512):
        call.say(packer.compress(bytes(MEGABYTE)))
    call.say(packer.flush())


def half_an_answer(call: Call) -> None:
    call.say(HEAD + b"Content-Length: 100\r\n\r\nhalf")


@pytest.mark.parametrize("script", [hang, drip_the_head, drip_the_body, drip_chunks])
def test_a_target_that_hangs_or_drips_ends_in_time(script, monkeypatch):
    unhurried.start_with_the_first_read(monkeypatch)
    with far_side(script) as side:
        for limits in (SHORT, DRIPS):
            began = time.monotonic()
            with pytest.raises(Unknown, match="no whole answer in time") as doubt:
                post(side.url, limits=limits)
            assert time.monotonic() - began < SOON_SECONDS
            assert doubt.value.code == "outcome.unknown"
        with pytest.raises(Transient) as failure:
            get(side.url, limits=DRIPS)
        assert failure.value.code == "integration.timeout"


def test_a_target_that_never_reads_ends_in_time():
    """The kernel takes what fits; the rest waits, and not for ever."""
    with far_side(answer()) as side:
        side.over.set()
        limits = Limits(total_seconds=0.5, request_bytes=50 * MEGABYTE)
        began = time.monotonic()
        time.sleep(0.1)
        with pytest.raises(Unknown):
            post(side.url, limits=limits, body=bytes(40 * MEGABYTE))
        assert time.monotonic() - began < SOON_SECONDS


@pytest.mark.parametrize("script", [continue_for_ever, name_headers_for_ever, one_header_for_ever])
def test_a_flood_of_headers_is_cut(script):
    with far_side(script) as side:
        with pytest.raises(Unknown, match="larger than we read"):
            post(side.url)
        with pytest.raises(Refused, match="larger than we read") as refusal:
            get(side.url)
    assert type(refusal.value) is Refused and refusal.value.code == "integration.refused"


@pytest.mark.parametrize(
    "script",
    [
        a_gigabyte(HEAD + b"\r\n"),
        a_gigabyte(CHUNKED),
        a_gigabyte(HEAD + b"Content-Length: 1073741824\r\n\r\n"),
        a_bomb,
    ],
)
def test_a_gigabyte_is_not_read_and_memory_stays_flat(script):
    with far_side(script) as side:
        tracemalloc.start()
        try:
            with pytest.raises(Unknown, match="larger than we read"):
                post(side.url, limits=PATIENT)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 10 * MEGABYTE
        assert side.calls[0].given < 50 * MEGABYTE


@pytest.mark.parametrize("script", [b"", half_an_answer, CHUNKED + b"5\r\nab", HEAD[:7], HEAD])
def test_a_target_that_hangs_up_leaves_a_write_in_doubt_and_a_read_for_later(script):
    with far_side(script) as side:
        with pytest.raises(Unknown, match="broke before the answer was whole"):
            post(side.url)
        with pytest.raises(Transient):
            get(side.url)


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        HEAD + b"Content-Length: 3, 4\r\n\r\nabcd",
        HEAD + b"Content-Length: -1\r\n\r\n",
        CHUNKED + b"zz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        answer(b"\x1f\x8bnot gzip", "Content-Encoding: gzip"),
        answer(PACKED[:-4], "Content-Encoding: gzip"),
        answer(PACKED * 2, "Content-Encoding: gzip"),
        answer(TWICE, "Content-Encoding: gzip, gzip"),
        answer(TWICE, "Content-Encoding: gzip", "Content-Encoding: gzip"),
        answer(b"?", "Content-Encoding: br"),
    ],
)
def test_an_answer_that_cannot_be_read_leaves_a_write_in_doubt(said):
    with far_side(said) as side, pytest.raises(Unknown):
        post(side.url)


@pytest.mark.parametrize(
    "pack", [("gzip", gzip.compress), ("deflate", zlib.compress), ("X-GZIP", gzip.compress)]
)
def test_a_packed_answer_is_unpacked(pack):
    coding, packed = pack
    with far_side(answer(packed(b'{"id": 1}'), f"Content-Encoding: {coding}")) as side:
        assert post(side.url).json() == {"id": 1}


def test_an_answer_of_exactly_the_bound_is_read():
    with far_side(answer(b"x" * 1000)) as side:
        assert len(get(side.url, limits=Limits(answer_bytes=1000)).body) == 1000
        with pytest.raises(Refused, match="larger"):
            get(side.url, limits=Limits(answer_bytes=999))


@pytest.mark.parametrize(
    "said",
    [
        answer(b"", "Content-Encoding: gzip").replace(b"Content-Length: 0", b"Content-Length: 1073741824"),
        b"HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1073741824\r\n\r\n",
    ],
)
def test_an_answer_without_a_body_is_whole_whatever_it_says_of_one(said):
    with far_side(said) as side:
        assert send(Request("HEAD", side.url), limits=PATIENT, guard=here()).body == b""


def test_a_closed_port_is_a_failure_for_now():
    with far_side(answer()) as side:
        pass
    with pytest.raises(Transient, match="cannot be reached") as failure:
        post(side.url)
    assert failure.value.code == "integration.unreachable"


def test_an_answer_is_believed_though_the_target_hung_up_on_the_request():
    """A target may say no before it has heard everything."""

    def refuse_early(call: Call) -> None:
        call.say(answer(b"too much", code=413))

    with far_side(refuse_early) as side:
        assert post(side.url, body=bytes(MEGABYTE), limits=PATIENT).http == 413


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": (("X", "a\r\nY: b"),)},
        {"headers": (("X", "a\x00"),)},
        {"headers": (("X y", "a"),)},
        {"headers": (("", "a"),)},
        {"headers": (("Host", "other.example"),)},
        {"headers": (("content-length", "0"),)},
        {"headers": (("Transfer-Encoding", "chunked"),)},
        {"body": bytes(MEGABYTE + 1)},
    ],
)
def test_what_cannot_be_said_is_not_sent(wrong):
    with far_side(answer()) as side, pytest.raises(NotARequest):
        post(side.url, **wrong)
    assert side.calls == []


def test_each_request_has_a_connection_of_its_own_and_keeps_no_cookies(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with far_side(answer(b"", "Set-Cookie: me=you")) as side:
        for _ in range(2):
            post(side.url)
        assert len(side.calls) == 2
        assert all(b"cookie" not in call.head.lower() for call in side.calls)
        assert (
            b"Connection: close" in side.calls[0].head and b"Accept-Encoding: identity" in side.calls[0].head
        )
