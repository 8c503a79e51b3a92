"""A form for any tool's arguments: typed fields in, the same JSON types out, and nothing anybody types breaks it."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from approvals import tools
from approvals.answering.argument_forms import ArgumentsForm
from approvals.models import Proposal
from tests import builders, shared_data
from tests.approvals.reviewing import queue, signed_in, url


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Everything(tools.Arguments):
    name: Annotated[str, Field(max_length=30, description="Who gets it")]
    total: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]
    count: int = 1
    ratio: float | None = None
    urgent: bool = False
    day: date
    at: datetime | None = None
    size: Size = Size.SMALL
    level: Literal[1, 2, 3] | None = None
    nickname: str | None = None
    lines: list[dict[str, Any]] = []


class Shop(tools.Tool):
    name, title, Arguments = "shop.buy", "Buy", Everything

    def observe(self, arguments, *, context):
        raise NotImplementedError

    def run(self, arguments, *, key, context):
        raise NotImplementedError

    def look_up(self, arguments, *, key, context):
        raise NotImplementedError


WHOLE: dict[str, Any] = {
    "name": "Chairs", "total": "10.50", "count": 3, "urgent": True, "day": "2026-10-01", "size": "large", "level": 2,
    "nickname": "Bob", "lines": [{"what": "chair", "each": 3.5}],
}  # fmt: skip


def posted(form_of: dict[str, Any], **changes: str | None) -> dict[str, str]:
    """What a browser sends for an untouched form, with some fields typed into."""
    form = ArgumentsForm(tool=Shop(), initial=form_of)
    sent = {}
    for name, field in form.fields.items():
        value = field.initial
        if value is True:
            sent[f"argument-{name}"] = "on"
        elif value is not False:
            sent[f"argument-{name}"] = str(value)
    for name, value in changes.items():
        sent.pop(f"argument-{name}", None)
        if value is not None:
            sent[f"argument-{name}"] = value
    return sent


def typed(initial: dict[str, Any] = WHOLE, **changes: str | None) -> ArgumentsForm:
    return ArgumentsForm(tool=Shop(), initial=initial, data=posted(initial, **changes))


def test_an_untouched_form_changes_nothing():
    form = typed()
    assert form.is_valid(), form.errors
    assert form.arguments() == WHOLE and list(form.arguments()) == list(WHOLE)


KEPT = [
    ("total", "10.50", "10.50"), ("total", "10.5", "10.50"), ("total", "12", "12"), ("count", "4", 4),
    ("urgent", None, False), ("day", "2026-10-02", "2026-10-02"), ("size", "small", "small"), ("level", "3", 3),
    ("ratio", "0.25", "0.25"), ("lines", '[{"a": 1}]', [{"a": 1}]), ("nickname", " Bobby ", "Bobby"),
    ("at", "2026-10-01T10:00:00Z", "2026-10-01T10:00:00Z"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "value"), KEPT)
def test_values_keep_their_types(name, text, value):
    form = typed(**{name: text})
    assert form.is_valid(), form.errors
    assert form.arguments()[name] == value and type(form.arguments()[name]) is type(value)


@pytest.mark.parametrize("name", ["nickname", "level"])
def test_an_emptied_optional_value_is_left_out(name):
    form = typed(**{name: ""})
    assert form.is_valid(), form.errors
    assert name not in form.arguments()


WRONG = [
    ("name", ""), ("name", "x" * 31), ("total", "1,208.40"), ("total", "NaN"), ("total", "-1"), ("total", "1.234"),
    ("total", "1_000"), ("total", "١٢"), ("count", "many"), ("count", "9" * 30), ("count", str(2**53)),
    ("day", "01.10.2026"), ("day", "2026-02-30"), ("size", "huge"), ("level", "9"), ("lines", "not json"),
    ("lines", "[" * 3000), ("lines", "[NaN]"), ("lines", '["\\u0000"]'), ("ratio", "Infinity"), ("at", "soon"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_what_is_wrong_is_said_at_its_field(name, text):
    form = typed(**{name: text})
    assert not form.is_valid() and list(form.errors) == [name]
    assert escape(text) in str(form[name]) or name in ("size", "level"), "what was typed stays"


def test_what_is_not_offered_stays_whatever_is_posted():
    form = ArgumentsForm(
        tool=Shop(), initial=WHOLE, editable=["total"], data=posted(WHOLE, total="11", name="Tables")
    )
    assert form.is_valid(), form.errors
    assert form.arguments() == WHOLE | {"total": "11"}


def test_a_blocked_proposals_odd_arguments_can_be_mended():
    odd = {"name": {"first": "x"}, "total": None, "surprise": [1], "day": "yesterday", "count": "3"}
    assert "surprise" in ArgumentsForm(tool=Shop(), initial=odd).as_p()
    form = typed(odd, name='"Chairs"', total="3.00", day="2026-10-01", surprise="")
    assert form.is_valid(), form.errors
    assert form.arguments() == {"name": "Chairs", "total": "3.00", "day": "2026-10-01", "count": "3"}


def test_refusals_of_the_gates_go_to_their_fields():
    form = typed()
    form.is_valid()
    form.refuse([
        {"ruling": "block", "field": "day", "reason": "day lies in the future", "measured": "a", "limit": "b"},
        {"ruling": "block", "field": "", "reason": "Somebody is protected"},
        {"ruling": "ask", "field": "name", "reason": "not said"},
    ])  # fmt: skip
    assert form.errors["day"] == ["day lies in the future (a; the limit is b)."]
    assert form.non_field_errors() == ["Somebody is protected."] and "name" not in form.errors


@given(st.dictionaries(st.sampled_from(list(Everything.model_fields)), st.text(max_size=40)))
def test_whatever_is_typed_the_form_answers(texts):
    form = ArgumentsForm(
        tool=Shop(), initial=WHOLE, data={f"argument-{name}": text for name, text in texts.items()}
    )
    if form.is_valid():
        Everything.model_validate(form.arguments())
    form.as_p().encode()


def nasty_strings() -> list[str]:
    return shared_data.texts("nasty/strings.jsonl") or pytest.skip(
        "the list of nasty strings is not on this machine"
    )


def test_nasty_strings_are_taken_or_refused_by_the_form():
    for text in nasty_strings():
        form = typed(name=text, nickname=text, total=text, day=text, lines=text, level=text)
        kept = escape(text) in form.as_p() or "\r" in text or "\x00" in text
        assert not form.is_valid() and kept, text
        form = typed(nickname=text)
        if form.is_valid() and text.strip():
            assert form.arguments()["nickname"].replace("\n", "") == text.strip().replace("\r\n", "").replace(
                "\n", ""
            )


def test_nasty_strings_break_neither_search_nor_forms(northwind):
    client = signed_in(northwind.maria)
    proposal = builders.a_proposal(northwind.bot)
    for text in nasty_strings()[::40]:
        assert client.get(queue(), {"q": text, "after": text}).status_code == 200, text
        fields = {"argument-title": text, "argument-amount": text, "argument-day": text, "preview": "1"}
        page = client.post(url("edit", proposal), fields | {"note": text})
        assert page.status_code == 200 and "<script>alert" not in page.text, text
        fields = {"seen_digest": text, "reason_code": text, "note": text}
        assert client.post(url("decision", proposal), fields).status_code == 422, text
    assert Proposal.objects.get(pk=proposal.pk).state == "pending"


def test_nasty_strings_are_shown_and_signed_as_they_are(northwind):
    client = signed_in(northwind.maria)
    for text in nasty_strings()[3::60]:
        if "\x00" in text or not text.strip():
            continue
        proposal = builders.a_proposal(northwind.bot, title="Chairs", rationale=text, subject=text[:200])
        assert client.get(url("proposal", proposal)).status_code == 200, text
        sent = {"argument-title": text, "argument-amount": "10.00", "seen_digest": proposal.digest}
        assert client.post(url("edit", proposal), sent).status_code in (303, 422), text
