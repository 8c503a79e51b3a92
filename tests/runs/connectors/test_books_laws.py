"""What the books themselves refuse, attacked with raw SQL in the poster's own name."""

from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg import sql

from tests.books import GARDENIA, Books

ENTRY = {
    "company": "northwind", "vendor": GARDENIA, "document": "INV-1", "date": "2026-10-05", "currency": "MYR",
    "net": "51.12", "tax": "3.07", "total": "54.19", "account": "6420", "write_key": "key-1",
}  # fmt: skip
MIRROR = ENTRY | {"net": "-51.12", "tax": "-3.07", "total": "-54.19", "write_key": "key-2"}


def insert(books: Books, entry: dict[str, Any], **changes: Any) -> int:
    entry = entry | changes
    statement = sql.SQL("INSERT INTO expenses ({}) VALUES ({}) RETURNING id").format(
        sql.SQL(", ").join(map(sql.Identifier, entry)), sql.SQL(", ").join(sql.Placeholder() * len(entry))
    )
    with books.poster() as poster:
        row = poster.execute(statement, list(entry.values())).fetchone()
    assert row is not None
    number: int = row["id"]
    return number


def refused(books: Books, constraint: str, entry: dict[str, Any], **changes: Any) -> None:
    before = books.rows()
    with pytest.raises(psycopg.IntegrityError) as refusal:
        insert(books, entry, **changes)
    assert refusal.value.diag.constraint_name == constraint
    assert books.rows() == before


def test_an_entry_is_posted_in_the_posters_name(books: Books) -> None:
    insert(books, ENTRY)
    assert [row["posted_by"] for row in books.rows()] == ["books_poster"]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE expenses SET total = 1",
        "DELETE FROM expenses",
        "TRUNCATE expenses",
        "TRUNCATE standing_documents",
        "DELETE FROM standing_documents",
        "INSERT INTO standing_documents VALUES ('northwind', 'x', 'y', 1)",
        "SELECT * FROM expenses FOR UPDATE",
        "UPDATE periods SET closed_at = NULL",
        "INSERT INTO vendors VALUES ('northwind', 'Mine', '{}', '6420', 'MYR', 'MY')",
        "UPDATE vendors SET account = '6300'",
        "INSERT INTO accounts VALUES ('northwind', '1', 'Mine')",
        "ALTER TABLE expenses DISABLE TRIGGER ALL",
        "DROP TABLE expenses CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION check_expense() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "SET ROLE books_owner",
    ],
)
def test_the_poster_may_do_nothing_but_post(books: Books, attack: str) -> None:
    insert(books, ENTRY)
    before = books.rows()
    with books.poster() as poster, pytest.raises(pg.InsufficientPrivilege):
        poster.execute(attack)
    assert books.rows() == before


@pytest.mark.parametrize("forged", [{"posted_by": "cfo"}, {"posted_at": "2020-01-01"}, {"id": 7}])
def test_the_poster_may_not_forge_who_posted_when(books: Books, forged: dict[str, Any]) -> None:
    with pytest.raises((pg.InsufficientPrivilege, pg.GeneratedAlways)):
        insert(books, ENTRY, **forged)


@pytest.mark.parametrize(
    "attack", ["UPDATE expenses SET total = 1", "DELETE FROM expenses", "TRUNCATE expenses CASCADE"]
)
def test_even_the_owner_does_not_change_entries_by_accident(books: Books, attack: str) -> None:
    insert(books, ENTRY)
    with pytest.raises(psycopg.IntegrityError) as refusal:
        books.owner.execute(attack)
    assert refusal.value.diag.constraint_name == "expense_stays"
    assert len(books.rows()) == 1


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("expense_in_an_open_period", {"date": "2026-06-30"}),
        ("expense_has_a_period", {"date": "2019-01-01"}),
        ("expense_has_a_period", {"company": "nobody"}),
        ("expense_vendor_known", {"vendor": "Gardenia"}),
        ("expense_account_known", {"account": "9999"}),
        ("expense_is_not_nothing", {"total": "0", "net": "0", "tax": "0"}),
        ("expense_adds_up", {"net": "54.19"}),
        ("expense_tax_is_a_part", {"net": "-5", "tax": "59.19"}),
        ("expense_tax_is_a_part", {"net": "57.26", "tax": "-3.07"}),
        ("expense_currency_code", {"currency": "myr"}),
        ("expense_currency_code", {"currency": "M1R"}),
        ("expense_has_a_key", {"write_key": ""}),
        ("expense_void_known", {"voids": 999}),
    ],
)
def test_what_breaks_a_law_is_refused_by_its_name(
    books: Books, constraint: str, changes: dict[str, Any]
) -> None:
    refused(books, constraint, ENTRY, **changes)


def test_a_write_key_writes_once(books: Books) -> None:
    insert(books, ENTRY)
    refused(books, "expense_written_once", ENTRY, document="INV-2")
    refused(books, "expense_written_once", ENTRY, company="harbour")


@pytest.mark.parametrize("document", ["INV-1", "inv-1", "INV - 1 "])
def test_a_document_stands_once(books: Books, document: str) -> None:
    insert(books, ENTRY)
    refused(books, "document_stands_once", ENTRY, document=document, write_key="key-2")


def test_a_document_number_belongs_to_its_vendor_and_company(books: Books) -> None:
    insert(books, ENTRY)
    insert(books, ENTRY, vendor="Bürobedarf Wendelkamp GmbH", write_key="key-2")
    insert(books, ENTRY, company="harbour", write_key="key-3")


def test_without_a_document_two_equal_expenses_may_stand(books: Books) -> None:
    insert(books, ENTRY, document="")
    insert(books, ENTRY, document="", write_key="key-2")


def test_a_voided_document_may_be_posted_again(books: Books) -> None:
    first = insert(books, ENTRY)
    insert(books, MIRROR, voids=first)
    insert(books, ENTRY, write_key="key-3")


def test_an_entry_is_voided_once(books: Books) -> None:
    first = insert(books, ENTRY)
    insert(books, MIRROR, voids=first)
    refused(books, "expense_voided_once", MIRROR, voids=first, write_key="key-3")


def test_a_void_is_not_voided(books: Books) -> None:
    void = insert(books, MIRROR, voids=insert(books, ENTRY))
    refused(books, "expense_void_is_final", ENTRY, voids=void, write_key="key-3")


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor": "Bürobedarf Wendelkamp GmbH"},
        {"currency": "EUR"},
        {"date": "2026-11-05"},
        {"account": "6300"},
        {"document": "INV-2"},
        {"net": "-50.12", "tax": "-4.07"},
        {"net": "-1.12", "total": "-4.19"},
        {"net": "51.12", "tax": "3.07", "total": "54.19"},
    ],
)
def test_a_void_mirrors_what_it_voids(books: Books, changes: dict[str, Any]) -> None:
    refused(books, "expense_void_mirrors", MIRROR, voids=insert(books, ENTRY), **changes)


def test_another_companys_entry_is_not_voided(books: Books) -> None:
    refused(books, "expense_void_known", MIRROR, voids=insert(books, ENTRY), company="harbour")


def test_nothing_is_voided_in_a_closed_period(books: Books) -> None:
    first = insert(books, ENTRY)
    books.close("2026-10-01")
    refused(books, "expense_in_an_open_period", MIRROR, voids=first)


def test_a_period_cannot_close_around_an_entry_being_written(books: Books) -> None:
    with books.poster() as poster, poster.transaction():
        poster.execute(
            "INSERT INTO expenses (company, vendor, date, currency, net, total, account, write_key) "
            "VALUES ('northwind', %s, '2026-10-05', 'MYR', 1, 1, '6420', 'key-1')",
            [GARDENIA],
        )
        books.owner.execute("SET lock_timeout = '50ms'")
        with pytest.raises(pg.LockNotAvailable):
            books.close("2026-10-01")


@pytest.mark.parametrize(
    "days", [("2026-10-31", "2026-11-02"), ("2026-10-10", "2026-10-12"), ("2026-01-01", "2026-12-31")]
)
def test_periods_of_a_company_do_not_overlap(books: Books, days: tuple[str, str]) -> None:
    with pytest.raises(pg.ExclusionViolation):
        books.owner.execute("INSERT INTO periods VALUES ('northwind', %s, %s, '2028-01-31')", days)


def test_the_poster_enters_no_other_database(books: Books) -> None:
    with books.poster() as poster:
        names = [row["datname"] for row in poster.execute(
            "SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege(datname, 'CONNECT') "
            "AND datname NOT IN ('postgres', 'template1') AND datname NOT LIKE 'books%'"
        )]  # fmt: skip
    assert not [name for name in names if name.startswith("countersign")]
