"""A canary is sent as a secret, and the target does its best to make us keep it."""

import base64
import html
import json
import logging
import pickle
import struct
import traceback
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from approvals.tools import Refused, Unknown
from runs.http.redaction import MASK, Masker
from runs.http.request import Request, SecretHeader, shown, written
from runs.http.troubles import NotARequest
from runs.http.verdicts import judge
from runs.secrets import MissingSecret
from tests.runs.http.far_side import answer, far_side, here, post

CANARY = 'c4n+ry/"ä&<x> \\z'
PLAIN = "canary-4711/canary+4711"
KEY = (SecretHeader("Authorization", "CRM", prefix="Bearer "),)

SPELLINGS = {
    "as it is": str,
    "in an address": lambda s: quote(s, safe=""),
    "in a query": quote_plus,
    "in a query, small": lambda s: quote(s, safe="").replace("%2F", "%2f"),
    "in JSON": lambda s: json.dumps(s)[1:-1],
    "in JSON, as UTF-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "in JSON of PHP": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "in JSON, every letter": lambda s: "".join(
        f"\\u{u:04X}" for (u,) in struct.iter_unpack(">H", s.encode("utf-16-be"))
    ),
    "in HTML": html.escape,
    "in HTML, by number": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "in HTML, by digits": lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    "in hexadecimal digits": lambda s: s.encode().hex().upper(),
    "every byte in per cent": lambda s: "".join(f"%{b:02X}" for b in s.encode()),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("secret", [CANARY, PLAIN])
def test_every_spelling_of_a_secret_is_masked(spell, secret):
    said = f"before {spell(secret)} after"
    assert Masker([secret]).text(said) == f"before {MASK} after"


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_a_secret_in_wide_letters_is_masked(coding):
    assert Masker([PLAIN]).bytes(PLAIN.encode(coding)) == MASK.encode()


@given(
    st.binary(max_size=9),
    st.binary(max_size=9),
    st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_base64_of_a_secret_within_something_longer_is_masked(before, after, encode):
    said = encode(before + PLAIN.encode() + after).decode()
    masked = Masker([PLAIN]).text(said)
    assert MASK in masked
    # what is left holds no more than the letters that the secret shares with its neighbours
    left = masked.replace(MASK, "")
    assert len(left) <= len(encode(before + after)) + 8


@given(
    st.text(min_size=8, max_size=20, alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
)
@example("0000000\\")
@example("0000000%")
@example("0000000&")
def test_any_secret_is_masked_in_any_spelling(secret):
    masker = Masker([secret])
    for spell in SPELLINGS.values():
        assert masker.text(f"<{spell(secret)}>") == f"<{MASK}>"


def test_ordinary_words_are_left_alone():
    said = '{"total": "54.19", "vendor": "Müller & Söhne", "ref": "Y2FuYXJ5"}'
    assert Masker([PLAIN]).text(said) == said and Masker().text(said) == said


def test_of_two_secrets_the_longer_is_masked_whole():
    assert Masker(["secret-one", "secret-one-and-more"]).text("secret-one-and-more") == MASK


@pytest.fixture
def _a_secret(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", PLAIN)


@pytest.mark.usefixtures("_a_secret")
def test_a_secret_that_is_echoed_is_masked_before_anything_is_kept(caplog):
    echo = [
        answer(f'{{"you": "Bearer {PLAIN}"}}'.encode(), f"X-Echo: {PLAIN}", code=code) for code in (200, 422, 500)
    ]  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with far_side(*echo) as side:
        for _ in echo:
            said = post(f"{side.url}/?q=1", secret_headers=KEY)
            assert PLAIN not in repr(said) and PLAIN.encode() not in pickle.dumps(said)
            assert said.json() == {"you": f"Bearer {MASK}"} and said.header("x-echo") == MASK
            if said.http != 200:
                with pytest.raises(Refused) as refusal:
                    judge(said)
                assert PLAIN not in str(refusal.value) and MASK in str(refusal.value)
        assert f"Authorization: Bearer {PLAIN}".encode() in side.calls[0].head
    assert "http.answered" in caplog.text and PLAIN not in caplog.text


def told(error: BaseException) -> str:
    """All that a curious log could print of it: chained errors and every local variable of our own frames."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [
        frame for frame in report.stack if "/runs/http/" in frame.filename and "/tests/" not in frame.filename
    ]
    assert ours and error.__context__ is None
    return f"{error!r}{error.args}" + "".join(
        f"{name}={value}" for frame in ours for name, value in frame.locals.items()
    )


@pytest.mark.usefixtures("_a_secret")
@pytest.mark.parametrize(
    "said", [b"", f"{PLAIN}\r\n\r\n".encode(), f"HTTP/1.1 200 OK\r\n{PLAIN}\r\n\r\n".encode()]
)
def test_a_secret_is_in_no_error_and_in_no_log(said, caplog):
    caplog.set_level(logging.DEBUG)
    with far_side(said) as side, pytest.raises(Unknown) as doubt:
        post(side.url, secret_headers=KEY)
    assert PLAIN not in told(doubt.value) + caplog.text


def test_basic_credentials_are_encoded_and_masked_in_both_spellings(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "clerk:sesame-open")
    packed = base64.b64encode(b"clerk:sesame-open")
    with far_side(answer(b"Basic " + packed + b" sesame-open clerk:sesame-open")) as side:
        said = post(side.url, secret_headers=(SecretHeader("Authorization", "CRM", form="basic"),))
    assert b"Authorization: Basic " + packed in side.calls[0].head
    assert said.text() == f"Basic {MASK} {MASK} {MASK}"


def test_a_secret_that_no_header_can_hold_is_refused_without_being_told(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "sésame-ouvre-toi")
    with far_side(answer()) as side, pytest.raises(Refused, match="The secret CRM") as refusal:
        post(side.url, secret_headers=KEY)
    assert side.calls == [] and "ouvre" not in str(refusal.value)


@pytest.mark.usefixtures("_a_secret")
def test_a_header_with_a_secret_is_not_set_twice():
    with pytest.raises(NotARequest, match="twice"):
        post("http://127.0.0.1:1/", secret_headers=KEY, headers=(("authorization", "mine"),))


def test_without_its_secret_nothing_is_sent():
    with far_side(answer()) as side, pytest.raises(MissingSecret):
        post(side.url, secret_headers=KEY)
    assert side.calls == []


@pytest.mark.usefixtures("_a_secret")
def test_a_request_can_be_shown():
    request = Request(
        "POST",
        f"https://crm.example/x?k={PLAIN}",
        headers=(("Idempotency-Key", "k1"),),
        secret_headers=(*KEY, SecretHeader("X-Basic", "OTHER", form="basic")),
        body=b'{"a": 1}' + PLAIN.encode(),
    )
    seen = shown(request, masker=Masker([PLAIN]))
    assert seen == {
        "method": "POST",
        "url": f"https://crm.example/x?k={MASK}",
        "headers": [
            {"name": "Idempotency-Key", "value": "k1"},
            {"name": "Authorization", "value": "Bearer [secret CRM]"},
            {"name": "X-Basic", "value": "Basic [secret OTHER]"},
        ],
        "body": '{"a": 1}' + MASK,
        "cut": False,
    }
    assert PLAIN not in repr(seen)
    assert written(request, masker=Masker([PLAIN])) == (
        f"POST https://crm.example/x?k={MASK}\nIdempotency-Key: k1\nAuthorization: Bearer [secret CRM]\n"
        f'X-Basic: Basic [secret OTHER]\n\n{{"a": 1}}{MASK}'
    )


def test_a_long_request_is_shown_as_far_as_people_read():
    request = Request("PUT", "https://crm.example/", body=b"x" * 50_000)
    assert shown(request)["cut"] and written(request).endswith("x\n[cut here]")


def test_a_request_that_is_kept_holds_names_only(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", PLAIN)
    request = Request("POST", "https://crm.example/", secret_headers=KEY)
    assert PLAIN not in repr(request) and "CRM" in repr(request)
    assert here().allow
