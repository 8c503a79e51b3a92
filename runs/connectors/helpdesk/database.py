"""Connections to the helpdesk: a small pool per process, opened when first needed, and never by the web."""

from contextlib import AbstractContextManager

from django.conf import settings

from runs.connectors import postgres
from runs.connectors.helpdesk import errors
from runs.connectors.postgres import Connection, Row
from runs.threads import MOST_OF_ONE

__all__ = ["Connection", "Row", "close", "reading", "rehearsing", "writing"]

WAIT_SECONDS = 4.0


def _address() -> str:
    url: str = settings.BOOKS_DATABASE_URL
    if not url:
        raise errors.unreachable("This process was given no address of the helpdesk")
    return url


def _limits() -> postgres.Limits:
    return postgres.Limits(wait=WAIT_SECONDS, largest=MOST_OF_ONE)


def _configure(connection: Connection) -> None:
    connection.execute(
        "SET statement_timeout = '5s'; SET idle_in_transaction_session_timeout = '15s'; SET timezone = 'UTC'"
    )


_helpdesk = postgres.Database("the helpdesk", _address, errors, _limits, _configure)
reading = _helpdesk.reading
writing = _helpdesk.transaction
close = _helpdesk.close


def rehearsing() -> AbstractContextManager[Connection]:
    """One transaction in which everything is tried, and nothing kept."""
    return _helpdesk.transaction(end="ROLLBACK")
