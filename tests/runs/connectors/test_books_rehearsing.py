"""Entries tried in the real books: every law speaks, and nothing stays."""

import pytest

from approvals.tools import Refused, Transient
from runs import trying
from runs.connectors.books.arguments import VoidArguments
from runs.connectors.books.tools import PostExpense, VoidExpense
from tests.books import GARDENIA, Books


def test_the_entry_is_told_and_not_kept(books: Books) -> None:
    told = PostExpense().rehearse(books.expense(), key="try-1", context=books.context)
    after = told.would["after"]
    assert (after["vendor"], after["total"], after["net"], after["account"]) == (
        GARDENIA,
        "54.19",
        "54.19",
        "6420",
    )
    assert told.would["account_total"] == {"currency": "MYR", "before": "0.00", "after": "54.19"}
    assert "total = 54.19" in told.request and "company = northwind" in told.request
    assert books.rows() == []


def test_the_same_expense_is_posted_afterwards(books: Books) -> None:
    PostExpense().rehearse(books.expense(), key="key-1", context=books.context)
    books.post("key-1")
    assert len(books.rows()) == 1


def test_a_document_that_stands_is_refused_as_it_would_be(books: Books) -> None:
    books.post("key-1")
    with pytest.raises(Refused) as refusal:
        PostExpense().rehearse(books.expense(total="60.00"), key="try-1", context=books.context)
    assert (refusal.value.code, refusal.value.field) == ("posting.duplicate_document", "document")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"vendor": "Nobody"}, "posting.unknown_vendor"), ({"date": "2026-05-05"}, "posting.period_closed")],
)
def test_what_the_books_refuse_is_told_with_its_code(
    books: Books, changes: dict[str, str], code: str
) -> None:
    raw = books.expense(**changes).model_dump(mode="json", exclude_none=True)
    tried = trying.attempt(PostExpense(), raw, key="try-1", context=books.context)
    assert (tried.ending, tried.code) == ("refused", code)
    assert f"vendor = {raw['vendor']}" in tried.request, "the request is shown all the same"


def test_a_void_shows_the_entry_and_its_mirror(books: Books) -> None:
    number = books.post("key-1")
    told = VoidArguments.model_validate(
        {"expense": number, "vendor": GARDENIA, "currency": "MYR", "total": "54.19"}
    )
    would = VoidExpense().rehearse(told, key="try-1", context=books.context).would
    assert (would["before"]["total"], would["after"]["total"]) == ("54.19", "-54.19")
    assert len(books.rows()) == 1


def test_books_that_are_away_are_no_refusal(books: Books, settings) -> None:
    settings.BOOKS_DATABASE_URL = "postgresql://nobody@127.0.0.1:1/nowhere"
    with pytest.raises(Transient):
        PostExpense().rehearse(books.expense(), key="try-1", context=books.context)
