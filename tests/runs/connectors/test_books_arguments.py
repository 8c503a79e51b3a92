"""One spelling for one meaning, and nothing invisible, before anything is signed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from pydantic import ValidationError

from approvals import canonical, tools
from approvals.arguments import read
from runs.connectors.books.arguments import PostArguments
from runs.connectors.books.tools import PostExpense, VoidExpense

POST, VOID = PostExpense(), VoidExpense()
GOOD = {"vendor": "Gardenia Bakeries", "date": "2018-03-25", "currency": "MYR", "total": "54.19"}


def normal(**changes: Any) -> dict[str, Any]:
    found = read(POST, GOOD | changes)
    assert found.value is not None, found.errors
    return found.normal


def test_both_tools_are_known_to_every_process() -> None:
    assert {"books.post_expense", "books.void_expense"} <= {tool.name for tool in tools.every()}


@pytest.mark.parametrize("total", ["54.19", 54.19, " 54.19 ", "0054.19", "+54.19", "5419e-2"])
def test_an_amount_has_one_spelling(total: Any) -> None:
    assert normal(total=total) == GOOD


@pytest.mark.parametrize(
    ("total", "kept"), [("54.1", "54.10"), (54, "54.00"), ("-7", "-7.00"), ("1e3", "1000.00")]
)
def test_an_amount_is_kept_to_the_cent(total: Any, kept: str) -> None:
    assert normal(total=total)["total"] == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "0"}, {"total": "-0.00"}, {"total": "NaN"}, {"total": "Infinity"}, {"total": "54.191"},
        {"total": "1000000000000.00"}, {"total": True}, {"total": "1,234.00"}, {"total": None}, {"total": [1]},
        {"tax": "60"}, {"tax": "-3"}, {"tax": "NaN"},
        {"date": "25/03/2018"}, {"date": 20180325}, {"date": "2018-02-30"}, {"date": "2018-03-25T00:00"}, {"date": ""},
        {"currency": "myr"}, {"currency": "RM"}, {"currency": "МYR"},
        {"vendor": ""}, {"vendor": " "}, {"vendor": "x" * 121}, {"vendor": "a\u202eb"}, {"vendor": "a\x00b"},
        {"vendor": "a\nb"}, {"vendor": "a\u200bb"}, {"vendor": "a\ud800b"}, {"vendor": 5},
        {"document": "x" * 61}, {"document": "a\tb"}, {"description": "x" * 201}, {"account": "64 20"},
        {"company": "harbour"}, {"workspace": "harbour"},
    ],
)  # fmt: skip
def test_what_has_no_clear_meaning_is_refused(changes: dict[str, Any]) -> None:
    found = read(POST, GOOD | changes)
    assert found.value is None
    assert found.errors


def test_blank_options_are_left_out() -> None:
    assert normal(tax="", document=" ", account="", description=None) == GOOD


def test_one_name_has_one_spelling() -> None:
    assert normal(vendor=" Ba\u0308ckerei\u00a0 Holler ")["vendor"] == "Bäckerei Holler"


def test_joiners_that_spell_words_may_stay() -> None:
    assert normal(description="می\u200cخواهم")["description"] == "می\u200cخواهم"


def test_an_expense_of_the_same_vendor_day_and_amount_looks_alike() -> None:
    one, two, other = (
        PostArguments.model_validate(GOOD | changes)
        for changes in (
            {"document": "1"},
            {"vendor": "GARDENIA BAKERIES", "total": "54.190"[:5]},
            {"total": "54.20"},
        )
    )
    assert POST.likeness(one) == POST.likeness(two) != POST.likeness(other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (GOOD, "Post MYR 54.19 to Gardenia Bakeries"),
        ({}, "Post an expense"),
        ({"vendor": "Gardenia"}, "Post an expense to Gardenia"),
        ({"total": {"a": 1}, "vendor": None}, "Post an expense"),
        (GOOD | {"vendor": "evil\u202e\x00\nname"}, "Post MYR 54.19 to evil name"),
    ],
)
def test_the_headline_says_what_will_happen(arguments: dict[str, Any], words: str) -> None:
    assert POST.headline(arguments) == words


def test_the_headline_of_a_void_names_the_entry() -> None:
    arguments = {"expense": 12, "vendor": "Gardenia", "currency": "MYR", "total": "54.19"}
    assert VOID.headline(arguments) == "Void expense 12: MYR 54.19 to Gardenia"
    assert VOID.headline({}) == "Void expense"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@bounds(deadline=None)
@given(st.dictionaries(st.sampled_from([*PostArguments.model_fields, "other"]), _JSON))
def test_no_arguments_break_the_headline_or_the_schema(arguments: dict[str, Any]) -> None:
    for tool in (POST, VOID):
        headline = tool.headline(arguments)
        canonical.check(headline)
        assert len(headline) <= 200
        read(tool, arguments)


@bounds(deadline=None)
@given(st.text(max_size=130))
def test_a_name_that_is_accepted_is_stable_and_can_be_signed(vendor: str) -> None:
    try:
        accepted = PostArguments.model_validate(GOOD | {"vendor": vendor})
    except ValidationError:
        return
    canonical.check(accepted.vendor)
    again = PostArguments.model_validate(accepted.model_dump(mode="json", exclude_none=True))
    assert again == accepted
    assert accepted.vendor and "\n" not in accepted.vendor
