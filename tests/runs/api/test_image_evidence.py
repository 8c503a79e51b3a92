"""Pictures at the door: whole and of a kind that is shown, or refused with what to do."""

import base64

import pytest

from approvals.models import Evidence
from tests.pictures_of import gif, jpeg, png, url, webp
from tests.runs.api.conftest import a_body, pointers

BOX = {"field": "/title", "box": [0.25, 0.5, 0.5, 0.1]}


def body(**image):
    return a_body(
        evidence=[{"kind": "image", "title": "Scan", "content": url(png()), "spans": [BOX]} | image]
    )


@pytest.mark.parametrize(
    ("kind", "data"),
    [("image/png", png()), ("image/jpeg", jpeg()), ("image/gif", gif()), ("image/webp", webp())],
)
def test_a_picture_comes_as_a_data_url_or_as_base64_with_its_type(bot, kind, data):
    bare = base64.b64encode(data).decode()
    for image in ({"content": url(data, kind)}, {"content": bare, "media_type": kind}):
        answer = bot.propose(body(**image))
        assert answer.status_code == 201, answer.content
    kept = Evidence.objects.values_list("content", "spans")
    assert [tuple(row) for row in kept] == [(url(data, kind), [BOX])] * 2


def test_what_only_a_box_shows_is_asked_and_never_allowed(bot):
    gates = {gate["gate"]: gate for gate in bot.propose(body()).json()["gates"]}
    assert gates["grounding"]["ruling"] == "ask" and "not machine-checked" in gates["grounding"]["reason"]


REFUSED = [
    ({"content": "data:image/png;base64,%%"}, "content"), ({"content": url(png()[:-3])}, "content"),
    ({"content": url(b"<svg/>", "image/svg+xml")}, "content"),
    ({"content": url(png() + b"PK")}, "content"), ({"content": url(gif())}, "content"),
    ({"content": url(png(9000, 9000))}, "content"), ({"content": "!!", "media_type": "image/png"}, "content"),
    ({"media_type": "image/svg+xml"}, "media_type"), ({"kind": "text", "media_type": "image/png"}, "media_type"),
    ({"spans": [{"field": "/title", "start": 0, "end": 1}]}, "spans/0/start"),
    ({"spans": [BOX | {"box": [0.9, 0, 0.2, 0.1]}]}, "spans/0/box"),
    ({"spans": [BOX | {"box": [0, 0, 0, 0]}]}, "spans/0/box"),
    ({"spans": [BOX | {"box": [0, 0, 1]}]}, "spans/0/box"), ({"spans": [BOX | {"box": [0, 0, 1, 2]}]}, "spans/0/box/3"),
    ({"spans": [BOX | {"start": 1}]}, "spans/0/start"), ({"content": "a photo of it"}, "spans/0/box"),
]  # fmt: skip


@pytest.mark.parametrize(("image", "place"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_shown_is_refused_where_it_is(bot, image, place):
    assert f"/evidence/0/{place}" in pointers(bot.propose(body(**image)))
    assert not Evidence.objects.exists()


def test_a_description_in_words_is_still_enough(bot):
    words = {"content": "A photo of a memo: Chairs", "spans": [{"field": "/title", "start": 19, "end": 25}]}
    sent = body(**words) | {"arguments": {"title": "Chairs"}}
    assert bot.propose(sent).json()["state"] == "pending"


def test_words_keep_their_own_limit(bot):
    assert pointers(bot.propose(body(kind="text", content="x" * 200_001, spans=[]))) == [
        "/evidence/0/content"
    ]


def test_the_document_tells_of_pictures(client):
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert "media_type" in schemas["EvidenceIn"]["properties"] and "box" in schemas["BoxIn"]["properties"]
