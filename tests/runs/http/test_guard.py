"""Server-side request forgery, tried by every road: redirects, rebinding, several addresses, odd spellings."""

import socket
import time
from dataclasses import replace

import pytest

from approvals.tools import Refused, Transient
from runs.http.client import send
from runs.http.guard import Guard, allowances
from runs.http.limits import Limits
from runs.http.request import Request, SecretHeader
from runs.http.troubles import AddressRefused
from runs.http.verdicts import judge
from tests.runs.http.far_side import PATIENT, answer, far_side, get, here, post

FOLLOWING = replace(PATIENT, redirects=3)


def away(place: str, code: int = 302) -> bytes:
    return answer(b"", f"Location: {place}", code=code)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"]
)
def test_nothing_nearby_is_reached_unless_it_is_named(url):
    with pytest.raises(AddressRefused, match="not on the public internet"):
        post(url, guard=Guard())


def test_the_settings_say_what_may_be_reached(settings):
    with far_side(answer(b"here")) as side:
        settings.HTTP_ALLOW = [f"127.0.0.1:{side.port}"]
        assert send(Request("GET", side.url)).body == b"here"
        settings.HTTP_ALLOW = ["127.0.0.1:1"]
        with pytest.raises(AddressRefused):
            send(Request("GET", side.url))


def test_a_refused_address_is_never_called():
    with far_side(answer()) as side, pytest.raises(AddressRefused):
        post(side.url, guard=Guard())
    assert side.calls == []


def test_a_name_is_resolved_once_and_the_judged_address_is_called():
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with far_side(answer(b"here")) as side:
        guard = Guard(allow=allowances([f"crm.internal:{side.port}"]), resolve=rebinding)
        assert get(f"http://crm.internal:{side.port}/", guard=guard).body == b"here"
    assert asked == ["crm.internal"]
    assert f"Host: crm.internal:{side.port}".encode() in side.calls[0].head


def test_a_name_that_turns_elsewhere_between_two_hops_is_refused_then():
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with far_side(away("/again")) as side:
        guard = here(f"127.0.0.1:{side.port}", resolve=lambda host, port: next(answers))
        with pytest.raises(AddressRefused):
            get(f"http://rebind.example:{side.port}/", guard=guard, limits=FOLLOWING)
        assert len(side.calls) == 1


def test_one_bad_address_condemns_a_name():
    guard = Guard(resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(AddressRefused):
        get("http://mixed.example/", guard=guard)


def test_the_next_address_is_tried_when_the_first_is_closed():
    with far_side(answer(b"second")) as side:
        guard = Guard(
            allow=allowances(["127.0.0.0/8"]), resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"]
        )
        assert post(f"http://two.internal:{side.port}/", guard=guard).body == b"second"


def test_a_name_nobody_knows_is_a_failure_for_now():
    def unknown(host, port):
        raise socket.gaierror("no such name")

    with pytest.raises(Transient, match="cannot be resolved") as failure:
        post("http://nowhere.example/", guard=Guard(resolve=unknown))
    assert failure.value.code == "integration.unreachable"


def test_a_resolver_that_hangs_does_not_hold_us():
    with pytest.raises(Transient) as failure:
        post("http://slow.example/", guard=Guard(resolve=lambda host, port: time.sleep(2) or ["8.8.8.8"]),
             limits=Limits(total_seconds=0.3))  # fmt: skip
    assert failure.value.code == "integration.timeout"


def test_ipv6_literals_are_spoken():
    with far_side(answer(b"six"), family=socket.AF_INET6) as side:
        assert get(f"http://[::1]:{side.port}/", guard=here("::1")).body == b"six"
    assert f"Host: [::1]:{side.port}".encode() in side.calls[0].head


def test_a_write_is_never_redirected():
    with far_side(away("/elsewhere", 307)) as side:
        assert post(side.url, limits=FOLLOWING).http == 307
        assert len(side.calls) == 1


def test_a_read_is_not_redirected_unless_asked():
    with far_side(away("/elsewhere")) as side:
        moved = get(side.url)
        assert moved.http == 302 and len(side.calls) == 1
        with pytest.raises(Refused):
            judge(moved)


def test_a_read_follows_as_far_as_it_was_told():
    with far_side(away("/b"), away("c?d"), answer(b"found")) as side:
        found = get(f"{side.url}/a/", limits=FOLLOWING)
    assert found.body == b"found" and found.url.endswith("/c?d")
    assert side.asks() == ["GET /a/ HTTP/1.1", "GET /b HTTP/1.1", "GET /c?d HTTP/1.1"]


def test_a_redirect_loop_ends():
    with far_side(away("/again")) as side:
        with pytest.raises(Refused, match="redirected more than 3 times"):
            get(side.url, limits=FOLLOWING)
        assert len(side.calls) == 4


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/", "//169.254.169.254/", "http://user@10.0.0.1/", "file:///etc/passwd",
        "http://[64:ff9b::a9fe:a9fe]/", "http://127.0.0.1:1\\@example.org/", "http://[::1/", "\xff\xfe",
    ],
)  # fmt: skip
def test_a_redirect_is_judged_like_any_address(place):
    with far_side(away(place)) as side, pytest.raises(Refused):
        get(side.url, limits=FOLLOWING, guard=here(f"127.0.0.1:{side.port}"))


def test_secrets_stay_with_the_origin_they_were_meant_for(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "canary-4711-canary")
    with far_side(answer(b"other")) as other, far_side(away("/b"), away(f"{other.url}/c")) as home:
        get(
            home.url,
            limits=FOLLOWING,
            headers=(("Accept", "a/b"), ("Cookie", "me=1")),
            secret_headers=(SecretHeader("X-Key", "CRM"),),
        )
        for call in home.calls:
            assert b"X-Key: canary-4711-canary" in call.head and b"Cookie: me=1" in call.head
        assert b"X-Key" not in other.calls[0].head and b"Cookie" not in other.calls[0].head
        assert b"Accept: a/b" in other.calls[0].head
