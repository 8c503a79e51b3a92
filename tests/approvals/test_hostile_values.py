"""Whatever stands in an address or a form: never a failure of ours, never another house's data, and words that help."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote
from zlib import crc32

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import LedgerEntry
from approvals.telling import notices
from approvals.waiting import saved_views
from tests import builders, memo, people
from tests.approvals import batching, queueing, routing
from tests.approvals.hostile import Asked, walked
from tests.approvals.reviewing import queue, signed_in, url
from tests.people import Company

pytestmark = [pytest.mark.long, pytest.mark.django_db]
HOME = "/w/northwind/"
NOT_HERE = ("settings", "exceptions", "runs", "ledger")  # walked by those who build them
BUT = ("oversight", "own-figures")
SECRET = "Harbour’s own secret"
KNOWN = {
    "review", "proposal", "decision", "edit", "undo", "hand-over", "set-aside", "bring-back", "give", "give-back",
    "hold-take", "holds", "batch-open", "batch", "batch-item", "batch-decide", "batch-leave", "batch-keep",
    "batch-undo", "notices", "notices-read", "notices-address", "own-figures", "oversight", "own-hours",
    "own-hours-set", "own-letters", "own-cover", "own-cover-end", "review-counts", "review-rows", "review-filters",
    "keep-view", "rename-view", "move-view-up", "delete-view",
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"
LONG, SHORT, HUGE = 100_000, 2_000, 3_000_000
AT_ONCE = 6
HEADERS = ("HX-Target", "HX-Current-URL", "X-Ahead", "X-Rows", "Accept-Language")
VALUES = {
    "a NUL": "a%00b",
    "bytes that are no UTF-8": "%ff%fe%80",
    "half a pair": "%ed%a0%80",
    "a line break": "x%0d%0aSet-Cookie:%20a=b",
    "turned text": "%e2%80%aegnp.exe%e2%81%a6",
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "a template": "%7B%7B%20request.user%20%7D%7D%25s%25(x)s",
    "too long": "x" * LONG,
    "less than nothing": "-1",
    "more than 32 bits": "2147483648",
    "more than 64 bits": "9223372036854775808",
    "a number without end": "9" * 400,
    "an exponent": "1e999999",
    "no number": "NaN",
    "other digits": "%D9%A1%D9%A2",
    "a list": "%5B%5D",
    "the first day": "0001-01-01T00:00",
    "the last day": "9999-12-31",
    "no day": "2026-02-30",
    "a file": "../../../../etc/passwd",
}


@pytest.fixture(scope="module")
def northwind(lasting: None) -> Company:
    memo.install()
    return people.northwind(timezone.now())


@pytest.fixture(scope="module")
def harbour(lasting: None) -> Company:
    return people.harbour(timezone.now())


@pytest.fixture(scope="module")
def world(northwind: Company) -> tuple[Company, list[str]]:
    """One of each thing a page can show, for ada, who may do everything."""
    ada, ken = northwind.ada, northwind.ken
    together, answered = (
        batching.memos(northwind, 3),
        batching.memos(northwind, 3, thing="Desk", workflow="desks"),
    )
    later, given, theirs, signed, blocked = (builders.a_proposal(northwind.bot) for _ in range(5))
    queueing.set_aside(later, ada)
    queueing.give(given, ken, ada)
    queueing.hold(theirs, ken)
    builders.approve(signed, ada)
    builders.a_proposal(northwind.bot, arguments={"amount": "much"})
    batch, done = batching.opened(ada, together[0]), batching.ready(ada, answered[0])
    batching.decided(done, ada)
    routing.away(ada, ken)
    notices.tell(
        workspace_id=ada.workspace_id,
        users=[ada.user_id],
        kind="assigned",
        now=timezone.now(),
        proposal=given,
    )
    for name in ("Mine", "Others"):
        saved_views.keep(member=ada, name=name, query={"risk": "low"}, now=timezone.now())
    pages = [url("proposal", row) for row in (together[0], later, given, theirs, signed, blocked)]
    batches = [batching.page_of(batch), batching.page_of(done)]
    return northwind, [*pages, *batches, reverse("oversight", args=["northwind"])]


def doors(client: Client, pages: list[str]) -> list[Asked]:
    """Everything these pages can ask for of the reviewers' own addresses, and what only scripts ask for."""
    found = walked(client, HOME, *pages)
    ours = [one for one in found if one.name in BUT or one.path.split("/")[3] not in NOT_HERE]
    edit = next(one for one in ours if (one.method, one.name) == ("POST", "edit"))
    signs = {name: value for name, value in edit.fields.items() if name not in ("preview", "add", "remove")}
    heart = dict.fromkeys(("open", "ahead", "left", "epoch", "list"), "")
    return [*ours, Asked("POST", edit.path, signs), Asked("POST", f"{HOME}review/holds/", heart)]


@pytest.fixture(scope="module")
def found(ada: Client, world: tuple[Company, list[str]]) -> list[Asked]:
    return doors(ada, world[1])


def knock(client: Client, asked: Asked, fields: dict[str, str], **more: Any) -> HttpResponse:
    """With values as they go over the wire; nothing it did remains."""
    text = "&".join(f"{quote(name)}={value}" for name, value in fields.items())
    if asked.method == "GET":
        return client.get(f"{asked.path}?{text}", **more)
    with transaction.atomic():
        answer = client.post(asked.path, text, content_type=FORM, **more)
        transaction.set_rollback(True)
    return answer


def usual(asked: Asked) -> dict[str, str]:
    return {name: quote(value) for name, value in asked.fields.items()}


def attacks(asked: Asked, values: dict[str, str], each: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Each field by itself has so many of the values, every field others; then all fields have some of them at once,
    every page others. What has no fields cannot be attacked by them.
    """
    turn = cycle(sorted(values, key=lambda what: crc32(f"{asked.method} {asked.name} {what}".encode())))
    for name in asked.fields:
        for what in islice(turn, each):
            yield f"{what} as {name}", usual(asked) | {name: values[what]}
    for what in islice(turn, AT_ONCE if asked.fields else 0):
        yield f"{what} everywhere", dict.fromkeys(asked.fields, values[what][:SHORT])


def harmless(answer: HttpResponse, what: str) -> None:
    text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
    assert answer.status_code < 500, what
    assert SECRET not in text, what
    assert "<script>alert(1)" not in text and "a=b" not in str(answer.cookies), what
    if answer.status_code in (400, 403, 409, 422):
        assert "<h1" in text or "notice" in text or "banner" in text, (
            f"{what}: {answer.status_code} says nothing"
        )


@pytest.fixture(scope="module")
def ada(world) -> Client:
    client = signed_in(world[0].ada)
    client.raise_request_exception = False
    return client


def test_no_value_in_any_field_breaks_a_page(ada, found):
    assert {one.name for one in found} >= KNOWN, "the walk has lost its way"
    for asked in found:
        for what, fields in attacks(asked, VALUES, each=1):
            harmless(knock(ada, asked, fields), f"{asked.method} {asked.name}: {what}")


def test_nor_when_a_field_is_said_twice_or_as_a_list_or_not_at_all(ada, found):
    for asked in found:
        twice = {name: f"{value}&{quote(name)}=x" for name, value in usual(asked).items()}
        lists = {f"{name}[]": "1" for name in asked.fields}
        for what, fields in (("twice", twice), ("lists", lists), ("nothing", {}))[0 if asked.fields else 2 :]:
            harmless(knock(ada, asked, fields), f"{asked.method} {asked.name}: {what}")


def test_a_body_beyond_all_measure_is_turned_away_with_words(ada, found):
    for asked in found:
        if asked.method == "POST":
            answer = knock(ada, asked, usual(asked) | {"note": "x" * HUGE})
            harmless(answer, f"{asked.name}: {HUGE} letters")


def test_what_belongs_to_another_house_is_as_good_as_nonsense_in_every_field(ada, found, harbour):
    foreign = builders.a_proposal(harbour.bot, title=SECRET)
    batch = batching.memos(harbour, 3)
    strange = {
        "their item": foreign.public_id,
        "their batch": batching.opened(harbour.dana, batch[0]).public_id,
        "their person": str(harbour.dana.user_id),
        "their agent": f"agent_{harbour.bot.id.hex}",
        "their digest": foreign.digest,
        "held by them": quote(f"{foreign.public_id}:1:x"),
    }
    before = LedgerEntry.objects.filter(workspace=harbour.workspace).count()
    for asked in found:
        for what, fields in attacks(asked, strange, each=1):
            harmless(knock(ada, asked, fields), f"{asked.method} {asked.name}: {what}")
    assert LedgerEntry.objects.filter(workspace=harbour.workspace).count() == before


def test_what_scripts_send_in_headers_breaks_nothing(ada, found):
    values = cycle(
        ["\x00", "prop_" + "f" * 5000, "-1", "9" * 400, "rehearsal", "é‮".encode().decode("latin-1")]
    )
    for asked in found:
        for _ in range(2):  # each is read by itself, and nobody is refused for one
            told = {header: next(values) for header in HEADERS}
            answer = knock(ada, asked, usual(asked), headers={"HX-Request": "true"} | told)
            harmless(answer, f"{asked.name}: {told}")


def test_what_is_too_large_is_answered_in_words_that_say_what_to_do(northwind):
    client = signed_in(northwind.maria)
    client.raise_request_exception = False
    answered = client.post(f"{queue()}?view=mine", {"note": "x" * 4_000_000})
    assert answered.status_code in (400, 405)
    proposal = builders.a_proposal(northwind.bot)
    answered = client.post(url("decision", proposal), {"verdict": "reject", "note": "x" * 4_000_000})
    assert answered.status_code == 400 and "make it shorter" in answered.text
