"""Posting and voiding through the tools: written once, refused by class, never in doubt without need."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as product

from approvals import tools
from approvals.tools import Context
from runs.connectors.books import database, writing
from runs.connectors.books.arguments import PostArguments, VoidArguments
from tests.books import GARDENIA, Books

POST, VOID = tools.get("books.post_expense"), tools.get("books.void_expense")


def voided(number: int, **changes: object) -> VoidArguments:
    told = {"expense": number, "vendor": GARDENIA, "currency": "MYR", "total": "54.19"}
    return VoidArguments.model_validate(told | changes)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.5)


def refusal_of(books: Books, **changes: object) -> tools.Refused:
    before = books.rows()
    with pytest.raises(tools.Refused) as refusal:
        books.post("key-2", **changes)
    assert books.rows() == before
    assert not isinstance(refusal.value, tools.Transient | tools.Unknown)
    return refusal.value


def test_the_receipt_says_what_the_books_now_hold(books: Books) -> None:
    receipt = POST.run(books.expense(tax="3.07"), key="key-1", context=books.context)
    (row,) = books.rows()
    assert receipt.reference == f"expense:{row['id']}"
    assert receipt.data == {"expense": row["id"]}
    after = dict(receipt.after)
    assert after.pop("posted_at")
    assert after == {
        "expense": row["id"], "vendor": GARDENIA, "document": "INV-1", "date": "2026-10-05", "currency": "MYR",
        "net": "51.12", "tax": "3.07", "total": "54.19", "account": "6420", "description": None, "voids": None,
        "posted_by": "books_poster",
    }  # fmt: skip


def test_the_vendors_account_is_charged_unless_another_is_named(books: Books) -> None:
    books.post("key-1")
    books.post("key-2", document="INV-2", account="6300")
    assert [row["account"] for row in books.rows()] == ["6420", "6300"]


def test_a_credit_note_is_a_negative_total(books: Books) -> None:
    books.post(total="-54.19", tax="-3.07")
    assert str(books.rows()[0]["net"]) == "-51.12"


def test_the_same_key_writes_once_even_when_the_period_closed_meanwhile(books: Books) -> None:
    first = POST.run(books.expense(), key="key-1", context=books.context)
    books.close("2026-10-01")
    assert POST.run(books.expense(), key="key-1", context=books.context) == first
    assert len(books.rows()) == 1


def test_a_key_of_another_entry_is_refused(books: Books) -> None:
    books.post("key-2", document="INV-9")
    assert refusal_of(books).code == "posting.refused"


def test_eight_hands_with_one_key_write_once(books: Books) -> None:
    with ThreadPoolExecutor(8) as hands:
        receipts = list(hands.map(lambda _: books.post("one-key"), range(8)))
    assert len(set(receipts)) == len(books.rows()) == 1


def test_eight_hands_with_eight_keys_post_one_document_once(books: Books) -> None:
    def post(number: int) -> str:
        try:
            books.post(f"key-{number}")
        except tools.Refused as refusal:
            return refusal.code
        return "posted"

    with ThreadPoolExecutor(8) as hands:
        outcomes = sorted(hands.map(post, range(8)))
    assert outcomes == ["posted", *["posting.duplicate_document"] * 7]
    assert len(books.rows()) == 1


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        ("posting.unknown_vendor", "vendor", {"vendor": "Nobody Sdn Bhd"}),
        ("posting.unknown_vendor", "vendor", {"vendor": "Nobody Sdn Bhd", "account": "6420"}),
        ("posting.period_closed", "date", {"date": "2026-06-30"}),
        ("posting.period_closed", "date", {"date": "1999-01-01"}),
        ("posting.refused", "account", {"account": "9999"}),
    ],
)
def test_a_refusal_names_its_class_and_field(
    books: Books, code: str, field: str, changes: dict[str, str]
) -> None:
    refusal = refusal_of(books, **changes)
    assert (refusal.code, refusal.field) == (code, field)


def test_a_closed_period_is_named(books: Books) -> None:
    assert refusal_of(books, date="2026-06-30").message == "The period 2026-06 is closed in the books"


def test_a_document_already_in_the_books_is_refused(books: Books) -> None:
    books.post()
    assert refusal_of(books, total="99.00").code == "posting.duplicate_document"


def test_the_workspace_decides_whose_books_they_are(books: Books) -> None:
    books.post()
    harbour = Context(workspace="harbour")
    assert POST.look_up(books.expense(), key="key-1", context=harbour) is None
    with pytest.raises(tools.Refused):
        VOID.run(voided(books.rows()[0]["id"]), key="key-2", context=harbour)
    with pytest.raises(tools.Refused):
        POST.run(books.expense(), key="key-3", context=Context(workspace="elsewhere"))
    assert {row["company"] for row in books.rows()} == {"northwind"}


def test_a_reversal_undoes_exactly_what_the_receipt_names(books: Books) -> None:
    arguments = books.expense(tax="3.07")
    receipt = POST.run(arguments, key="key-1", context=books.context)
    undo = POST.reversal(arguments.model_dump(mode="json", exclude_none=True), {"data": receipt.data})
    assert undo is not None and undo[0] == "books.void_expense"
    VOID.run(VoidArguments.model_validate(undo[1]), key="key-2", context=books.context)
    first, second = books.rows()
    assert second["voids"] == first["id"]
    assert first["total"] + second["total"] == first["tax"] + second["tax"] == 0


def test_a_void_is_made_good_by_posting_again(books: Books) -> None:
    number = books.post(tax="3.07")
    receipt = VOID.run(voided(number), key="key-2", context=books.context)
    again = VOID.reversal({}, {"data": receipt.data})
    assert again is not None and again[0] == "books.post_expense"
    POST.run(PostArguments.model_validate(again[1]), key="key-3", context=books.context)
    first, _, third = books.rows()
    same = ("vendor", "document", "date", "currency", "net", "tax", "total", "account")
    assert [first[name] for name in same] == [third[name] for name in same]


def test_voiding_twice_is_refused_unless_it_is_the_same_try(books: Books) -> None:
    number = books.post()
    first = VOID.run(voided(number), key="key-2", context=books.context)
    assert VOID.run(voided(number), key="key-2", context=books.context) == first
    with pytest.raises(tools.Refused) as refusal:
        VOID.run(voided(number), key="key-3", context=books.context)
    assert refusal.value.code == "posting.already_voided"
    assert len(books.rows()) == 2


@pytest.mark.parametrize(
    "changes", [{"total": "54.20"}, {"vendor": "Gardenia"}, {"currency": "EUR"}, {"expense": 999}]
)
def test_a_void_that_believes_something_else_is_refused(books: Books, changes: dict[str, object]) -> None:
    number = books.post()
    with pytest.raises(tools.Refused) as refusal:
        VOID.run(voided(number, **changes), key="key-2", context=books.context)
    assert (refusal.value.code, refusal.value.field) == ("posting.refused", "expense")
    assert len(books.rows()) == 1


def test_a_look_up_finds_what_a_key_wrote_and_nothing_else(books: Books) -> None:
    receipt = POST.run(books.expense(), key="key-1", context=books.context)
    assert POST.look_up(books.expense(), key="key-1", context=books.context) == receipt
    assert POST.look_up(books.expense(), key="key-2", context=books.context) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgresql://books_poster:hunter2@127.0.0.1:1/books",
        "postgresql://books_poster:hunter2%zz@127.0.0.1:1/books",
    ],
)
def test_books_that_cannot_be_reached_are_transient_and_keep_the_address_secret(
    books: Books, settings: Any, impatient: None, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    settings.BOOKS_DATABASE_URL = url
    with pytest.raises(tools.Transient) as trouble:
        POST.run(books.expense(), key="key-1", context=books.context)
    assert trouble.value.code == "integration.unreachable"
    assert trouble.value.__cause__ is None
    assert "hunter2" not in str(trouble.value) + caplog.text
    assert books.rows() == []


def test_books_that_refuse_the_password_are_transient(books: Books, settings: Any, impatient: None) -> None:
    secret = product.BOOKS_DATABASE_URL.split(":")[2].split("@")[0]
    settings.BOOKS_DATABASE_URL = product.BOOKS_DATABASE_URL.replace(secret, "wrong")
    with pytest.raises(tools.Transient):
        writing.look_up(key="key-1", company="northwind")
