"""Editing arguments with parts: typed fields for each, rows that come and go, and nothing lost that nobody touched."""

from decimal import Decimal

import pytest

from approvals.answering import argument_kinds
from approvals.answering.argument_forms import ArgumentsForm
from tests import builders, orders
from tests.approvals.reviewing import again, signed_in, url
from tests.orders import WHOLE

FORM: dict[str, str] = {
    "argument-customer": "Anna Berg",
    "argument-lines-0-of": "0", "argument-lines-0-item": "Chair", "argument-lines-0-quantity": "4",
    "argument-lines-0-price": "19.50", "argument-lines-0-size": "",
    "argument-lines-1-of": "1", "argument-lines-1-item": "Table", "argument-lines-1-quantity": "1",
    "argument-lines-1-price": "120.00", "argument-lines-1-gift": "on", "argument-lines-1-size": "large",
    "argument-address-street": "Deep Lane 3", "argument-address-zip": "10115", "argument-address-until": "",
    "argument-tags-0-of": "0", "argument-tags-0-value": "spring", "argument-tags-1-of": "1",
    "argument-tags-1-value": "hall", "argument-extra": '{"any": [1, 2]}',
}  # fmt: skip


def form(initial=WHOLE, **changes: str | None) -> ArgumentsForm:
    data = {**FORM, **{f"argument-{name.replace('__', '-')}": value for name, value in changes.items()}}
    kept = {name: value for name, value in data.items() if value is not None}
    tool = orders.PlaceOrder()
    return ArgumentsForm(tool=tool, initial=initial, editable=tool.editable, data=kept)


def valid(**changes: str | None) -> dict:
    made = form(**changes)
    assert made.is_valid(), made.errors
    return made.arguments()


@pytest.fixture
def order(northwind):
    orders.install()
    northwind.bot.tools = ["orders.place"]
    northwind.bot.save(update_fields=["tools"])
    return builders.a_proposal(northwind.bot, tool="orders.place", arguments=dict(WHOLE))


def post(member, proposal, **changes: str | None):
    data = {**FORM, **{f"argument-{name.replace('__', '-')}": value for name, value in changes.items()}}
    sent = {name: value for name, value in data.items() if value is not None} | {
        "seen_digest": proposal.digest
    }
    return signed_in(member).post(url("edit", proposal), {"sign": "1"} | sent)


def test_kinds_are_read_off_the_schema():
    kinds = argument_kinds.of(orders.PlaceOrder())
    assert {name: kind.kind for name, kind in kinds.items()} == {
        "customer": "text", "lines": "rows", "address": "group", "tags": "items", "extra": "json", "reference": "text",
    }  # fmt: skip
    assert [part.kind for part in kinds["lines"].parts] == ["text", "number", "money", "flag", "choice"]


def test_an_untouched_form_changes_nothing():
    assert valid() == WHOLE


def test_parts_keep_their_types_and_what_the_schema_does_not_know_stays():
    lines = valid(lines__0__quantity="5", lines__0__price="21.00")["lines"]
    assert lines[0] == {"item": "Chair", "quantity": 5, "price": "21.00", "colour": "oak"}
    assert lines[1] == WHOLE["lines"][1] and type(lines[0]["quantity"]) is int


def test_a_flag_and_a_choice_can_be_taken_back():
    line = valid(lines__1__gift=None, lines__1__size="")["lines"][1]
    assert line == {"item": "Table", "quantity": 1, "price": "120.00", "gift": False}


def test_a_removed_row_is_gone_and_the_others_keep_theirs():
    gone = {f"lines__0__{part}": None for part in ("of", "item", "quantity", "price", "size")}
    assert valid(**gone)["lines"] == [WHOLE["lines"][1]]


def test_an_added_row_is_read():
    more = {
        "lines__7__of": "",
        "lines__7__item": "Lamp",
        "lines__7__quantity": "2",
        "lines__7__price": "9.90",
    }
    assert valid(**more)["lines"][2] == {"item": "Lamp", "quantity": 2, "price": "9.90"}


def test_plain_lists_and_records_are_edited_by_part():
    found = valid(
        tags__0__value="summer", tags__1__value="", address__zip="10117", address__until="2026-12-01"
    )
    assert found["tags"] == ["summer"]
    assert found["address"] == {"street": "Deep Lane 3", "zip": "10117", "until": "2026-12-01"}


WRONG = [
    ("lines__0__quantity", "many", "lines"), ("lines__0__price", "1,50", "lines"), ("lines__1__quantity", "0", "lines"),
    ("lines__0__item", "", "lines"), ("address__zip", "12", "address"), ("address__until", "soon", "address"),
    ("lines__0__size", "huge", "lines"), ("extra", "[", "extra"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "field"), WRONG)
def test_what_is_wrong_is_said_at_its_part(name, text, field):
    made = form(**{name: text})
    assert not made.is_valid() and list(made.errors) == [field]
    shown = str(made[field])
    if field != "extra":
        place = f"argument-{name.replace('__', '-')}"
        assert 'aria-invalid="true"' in shown and f'id="id_{place}_error"' in shown
        assert f'aria-describedby="id_{place}_error"' in shown


def test_a_shape_the_schema_does_not_know_is_edited_as_json():
    odd = WHOLE | {"lines": "three chairs", "address": ["Deep Lane"]}
    made = ArgumentsForm(tool=orders.PlaceOrder(), initial=odd)
    assert "<textarea" in str(made["lines"]) and "<textarea" in str(made["address"])


def test_hidden_characters_in_parts_are_pointed_out():
    odd = WHOLE | {"address": {"street": "Deep\u202e Lane", "zip": "10115"}}
    assert "U+202E" in str(ArgumentsForm(tool=orders.PlaceOrder(), initial=odd)["address"].help_text)


def test_nothing_in_a_part_becomes_markup():
    odd = WHOLE | {"tags": ['"><script>alert(1)</script>']}
    assert "<script>alert" not in str(ArgumentsForm(tool=orders.PlaceOrder(), initial=odd)["tags"])


def test_the_page_has_a_field_for_each_part_and_signs_them(northwind, order):
    page = signed_in(northwind.maria).get(url("edit", order)).text
    assert (
        'name="argument-lines-0-price"' in page
        and 'value="19.50"' in page
        and 'value="large" selected' in page
    )
    assert post(northwind.maria, order, lines__0__price="21.00").status_code == 303
    kept = again(order)
    assert Decimal(kept.arguments["lines"][0]["price"]) == Decimal("21.00")
    assert kept.arguments["lines"][0]["colour"] == "oak" and kept.state == "approved"


def test_rows_come_and_go_without_a_script(northwind, order):
    client = signed_in(northwind.maria)
    page = client.post(url("edit", order), FORM | {"add": "argument-lines"}).text
    assert 'name="argument-lines-2-item"' in page and again(order).state == "pending"
    page = client.post(url("edit", order), FORM | {"remove": "argument-lines-0"}).text
    assert "Chair" not in page.split("What you would sign")[0].split("Change it before you sign")[1]
    assert 'value="120.00"' in page and again(order).state == "pending"


def test_what_is_fixed_stays_whatever_is_posted():
    made = form(reference="R-2")
    assert made.is_valid() and made.arguments()["reference"] == "R-1"
    tool = orders.PlaceOrder()
    fixed = ArgumentsForm(
        tool=tool, initial=WHOLE, editable=["customer"], data=FORM | {"argument-lines-0-price": "1"}
    )
    assert fixed.is_valid() and fixed.arguments() == WHOLE
    assert "data-row-add" not in str(fixed["lines"]) and "disabled" in str(fixed["lines"])


def test_a_long_list_is_edited_as_json():
    many = WHOLE | {"lines": [WHOLE["lines"][0]] * 150}
    assert "<textarea" in str(ArgumentsForm(tool=orders.PlaceOrder(), initial=many)["lines"])
