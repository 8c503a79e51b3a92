"""Connections to the books: a small pool per process, opened when first needed, and never by the web."""

from contextlib import AbstractContextManager

from django.conf import settings

from runs.connectors import postgres
from runs.connectors.books import errors
from runs.connectors.postgres import Connection, Row
from runs.threads import MOST_OF_ONE

__all__ = ["Connection", "Row", "close", "reading", "rehearsing", "transaction", "writing"]

WAIT_SECONDS = 4.0  # for a free connection, including the time to open one
STATEMENT_SECONDS = 5
LARGEST_POOL = MOST_OF_ONE


def _address() -> str:
    url: str = settings.BOOKS_DATABASE_URL
    if not url:
        raise errors.unreachable("This process was given no address of the books")
    return url


def _limits() -> postgres.Limits:
    return postgres.Limits(wait=WAIT_SECONDS, largest=LARGEST_POOL)


def _configure(connection: Connection) -> None:
    connection.execute(
        f"SET statement_timeout = '{STATEMENT_SECONDS}s'; SET idle_in_transaction_session_timeout = '15s'; "
        "SET timezone = 'UTC'"
    )


_books = postgres.Database("the books", _address, errors, _limits, _configure)
reading = _books.reading
transaction = _books.transaction
writing = _books.statement
close = _books.close


def rehearsing() -> AbstractContextManager[Connection]:
    """One transaction in which everything is tried, and nothing kept."""
    return _books.transaction(end="ROLLBACK")
