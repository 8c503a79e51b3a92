"""Whatever bytes come in: kept, or clearly refused. Never an error of ours, never a proposal lost."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from approvals.models import Proposal
from runs.api.bodies import LARGEST_BODY, parse
from runs.api.problems import Problem
from tests.runs.api.conftest import a_body, pointers, problem
from tests.shared_data import ROOT

NASTY = ROOT / "nasty"
needs_nasty = pytest.mark.skipif(not NASTY.is_dir(), reason="the shared data is not present")


def lines(name: str) -> Iterator[dict[str, Any]]:
    path = NASTY / name
    return map(json.loads, path.read_text("utf-8").splitlines()) if path.exists() else iter(())


@pytest.mark.parametrize(
    "body", [b" ", b"{", b"\xff", b"\xef\xbb\xbf{}", b"[1,]", b"{'a': 1}", "{}".encode("utf-16")]
)
def test_what_is_not_json_is_refused(bot, body):
    assert problem(bot.propose(body), 400, "malformed-json")["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"[]", ""),
        (b"null", ""),
        (b'"text"', ""),
        (b'{"arguments": {"a": NaN}}', "/arguments/a"),
        (b'{"arguments": {"a": [-Infinity]}}', "/arguments/a/0"),
        (b'{"arguments": {"a": 1e400}}', "/arguments/a"),
        (b'{"arguments": {"a": ' + b"9" * 5000 + b"}}", "/arguments/a"),
        (b'{"arguments": {"a": {"b": 1, "b": 1}}}', "/arguments/a/b"),
        (b'{"tool": "a", "tool": "a"}', "/tool"),
        (b'{"arguments": {"a": "\\u0000"}}', "/arguments/a"),
        (b'{"arguments": {"a": "\\ud800"}}', "/arguments/a"),
        (b"[" * 40 + b"]" * 40, "/0" * 33),
        (b"[" * 100_000, ""),
        (b'{"a":' * 100_000, ""),
    ],
)
def test_what_readers_would_not_agree_on_is_pointed_at(bot, body, pointer):
    assert pointers(bot.propose(body)) == [pointer]


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
              "application/json; charset=utf-16", "application/problem+json"],
)  # fmt: skip
def test_only_json_is_understood(bot, media):
    problem(bot.propose(content_type=media), 415, "unsupported-media-type")


def test_compressed_bodies_are_not_understood(bot):
    problem(bot.propose(headers={"Content-Encoding": "gzip"}), 415)


def test_a_body_too_large_is_refused_before_it_is_parsed(bot):
    problem(bot.propose(b"[" * (LARGEST_BODY + 1)), 413, "body-too-large")


def test_a_body_of_nearly_the_limit_is_taken(bot):
    content = ("0123456789" * 19_900)[:199_000]
    pieces = [{"kind": "text", "content": content} for _ in range(4)]
    assert bot.propose(a_body(evidence=pieces + a_body()["evidence"])).status_code == 201


@needs_nasty
def test_every_raw_document_is_answered(bot):
    for line in lines("json_parsing.jsonl"):
        if "bytes_b64" in line:
            raw = base64.b64decode(line["bytes_b64"])
        else:
            unit, times = line["repeat"]
            raw = unit.encode() * times + base64.b64decode(line.get("tail_b64", ""))
        code = bot.propose(raw).status_code
        assert 400 <= code < 500, line["name"]
        if line["expect"] == "reject":
            with pytest.raises(Problem):
                parse(raw)


@needs_nasty
def test_every_raw_document_within_a_proposal_is_kept_or_refused(bot):
    frame = json.dumps(a_body(arguments="HERE")).encode()
    for line in lines("json_parsing.jsonl"):
        if "bytes_b64" not in line:
            continue
        raw = frame.replace(b'"HERE"', b'{"title": ' + base64.b64decode(line["bytes_b64"]) + b"}")
        raw = raw.replace(b"memo:", line["id"].encode() + b":")
        before = Proposal.objects.count()
        answer = bot.propose(raw)
        assert answer.status_code in {201, 400, 422}, (line["name"], answer.content)
        assert Proposal.objects.count() == before + (answer.status_code == 201)


def with_texts(texts: list[str]) -> dict[str, Any]:
    """A proposal that carries texts wherever one fits."""
    first = texts[0]
    return a_body(
        arguments={"title": first, "day": first, "amount": first, "more": {text or "x": [text] for text in texts}},
        subject=first[:200], summary=first[:500], rationale="\n".join(texts)[:20_000], trace_parent=first[:60],
        workflow=first[:60], precondition={"version": texts},
        evidence=[{"kind": "text", "title": text[:200], "content": text, "source": text[:500]} for text in texts],
    )  # fmt: skip


@needs_nasty
@pytest.mark.parametrize("name", ["strings.jsonl", "prompt_injection.jsonl"])
def test_every_nasty_text_is_kept_as_it_came(bot, name):
    texts = [line["text"] for line in lines(name)]
    sound = [text for text in texts if "\x00" not in text]
    for start in range(0, len(sound), 25):
        body = with_texts(sound[start : start + 25])
        answer = bot.propose(body)
        assert answer.status_code == 201, answer.content
        row = Proposal.objects.get(pk=answer.json()["id"].removeprefix("prop_"))
        assert row.proposed_arguments == body["arguments"] and row.rationale == body["rationale"]
        assert [piece.content for piece in row.evidence.order_by("position")] == sound[start : start + 25]
        assert bot.get(f"/proposals/{answer.json()['id']}").json() == answer.json()
    for text in set(texts) - set(sound):
        assert bot.propose(with_texts([text])).status_code == 422


@needs_nasty
def test_every_nasty_text_in_an_address_or_a_header_is_answered(bot):
    for line in lines("strings.jsonl"):
        text = line["text"].encode("utf-8", "replace").decode("latin-1")
        answers = [
            bot.get("/proposals", QUERY_STRING=f"cursor={text}&state={text}&limit={text}"),
            bot.client.get("/api/v1/tools", headers={"Authorization": f"Bearer {text}"}),
        ]
        assert all(400 <= answer.status_code < 500 or answer.status_code == 200 for answer in answers), text
