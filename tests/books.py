"""The books of two companies, real and small, and the ways tests look into them and attack them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.rows import dict_row

from approvals.tools import Context
from runs.connectors.books import database, setup
from runs.connectors.books.arguments import PostArguments
from runs.connectors.books.tools import PostExpense

ACCOUNTS = [{"code": "6420", "name": "Meals and refreshments"}, {"code": "6300", "name": "Office supplies"}]
VENDORS = [
    {"name": "Gardenia Bakeries (KL) Sdn Bhd", "aliases": ["Gardenia"], "account": "6420", "currency": "MYR",
     "country": "MY"},
    {"name": "Bürobedarf Wendelkamp GmbH", "aliases": [], "account": "6300", "currency": "EUR", "country": "DE"},
]  # fmt: skip
GARDENIA = str(VENDORS[0]["name"])
_EMPTY_OF_ENTRIES = """
ALTER TABLE expenses DISABLE TRIGGER expense_stays;
DELETE FROM standing_documents; DELETE FROM expenses;
ALTER TABLE expenses ENABLE TRIGGER expense_stays;
"""
_EMPTY_OF_THE_REST = """
DELETE FROM periods; DELETE FROM vendors; DELETE FROM accounts;
"""


@dataclass
class Books:
    """Open from July 2026, closed before. ``owner`` may do everything the laws allow."""

    owner: psycopg.Connection[dict[str, Any]]
    company: str = "northwind"

    @property
    def context(self) -> Context:
        return Context(workspace=self.company)

    @contextmanager
    def poster(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """A connection of its own, with the rights of the role the connector uses."""
        with psycopg.connect(
            settings.BOOKS_DATABASE_URL, autocommit=True, row_factory=dict_row
        ) as connection:
            yield connection

    def forget_entries(self) -> None:
        """What only a test may do."""
        with self.owner.transaction():
            self.owner.execute(_EMPTY_OF_ENTRIES)

    def rows(self) -> list[dict[str, Any]]:
        return self.owner.execute("SELECT * FROM expenses ORDER BY id").fetchall()

    def expense(self, **changes: Any) -> PostArguments:
        told = {
            "vendor": GARDENIA,
            "date": "2026-10-05",
            "currency": "MYR",
            "total": "54.19",
            "document": "INV-1",
        }
        return PostArguments.model_validate(told | changes)

    def post(self, key: str = "key-1", **changes: Any) -> int:
        """Post through the connector; returns the number of the entry."""
        receipt = PostExpense().run(self.expense(**changes), key=key, context=self.context)
        number: int = receipt.data["expense"]
        return number

    def close(self, starts_on: str) -> None:
        """Close the period that begins on this day."""
        changed = self.owner.execute("UPDATE periods SET closed_at = now() WHERE starts_on = %s", [starts_on])
        assert changed.rowcount


@pytest.fixture(scope="session")
def _prepared_books() -> Iterator[None]:
    if not settings.BOOKS_ADMIN_URL:
        pytest.skip("BOOKS_ADMIN_URL is not set")
    setup.prepare(settings.BOOKS_ADMIN_URL)
    yield
    database.close()


@pytest.fixture
def books(_prepared_books: None) -> Iterator[Books]:
    """The books of northwind and harbour, without an entry."""
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True, row_factory=dict_row) as owner:
        books = Books(owner)
        books.forget_entries()
        owner.execute(_EMPTY_OF_THE_REST)
        for company in ("northwind", "harbour"):
            months = setup.months(since=date(2026, 5, 1), open_from=date(2026, 7, 1), until=date(2027, 12, 1))
            setup.seed(company, VENDORS, ACCOUNTS, months)
        yield books
