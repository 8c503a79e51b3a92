"""Connections to the books: a small pool per process, opened when first needed, and never by the web."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from runs.connectors.books import errors

Row = dict[str, Any]
Connection = psycopg.Connection[Row]

CONNECT_SECONDS = 3
WAIT_SECONDS = 4.0  # for a free connection, including the time to open one
STATEMENT_SECONDS = 5
LARGEST_POOL = 16

_pools: dict[tuple[int, str], "ConnectionPool[Connection]"] = {}
_opening = Lock()


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection to read with, outside any transaction. Raises `Transient` for trouble on the way."""
    with _borrowed() as connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise errors.classified(error) from None


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction, committed on the way out. Only a connection that breaks in the commit leaves `Unknown`."""
    with _borrowed() as connection:
        try:
            connection.execute("BEGIN")
            yield connection
        except psycopg.Error as error:
            raise errors.classified(error) from None
        try:
            connection.execute("COMMIT")
        except psycopg.Error as error:
            raise errors.in_doubt(error) from None


def close() -> None:
    """Let go of every connection of this process; the next use opens anew."""
    with _opening:
        for (process, _), pool in list(_pools.items()):
            if process == os.getpid():
                pool.close()
        _pools.clear()


@contextmanager
def _borrowed() -> Iterator[Connection]:
    pool = _pool()
    try:
        connection = _alive(pool)
    except (PoolTimeout, PoolClosed, psycopg.Error):
        raise errors.unreachable() from None
    try:
        yield connection
    finally:
        _settle(connection)
        pool.putconn(connection)


def _alive(pool: "ConnectionPool[Connection]") -> Connection:
    """A connection that answers. Those that died idle are passed over at once, where the pool itself would pause."""
    until = monotonic() + WAIT_SECONDS
    while True:
        connection = pool.getconn(timeout=max(until - monotonic(), 0.01))
        try:
            connection.execute("")
        except psycopg.Error:
            pool.putconn(connection)
        else:
            return connection


def _settle(connection: Connection) -> None:
    """Leave no transaction open; a connection that cannot even roll back is of no further use."""
    if connection.closed or connection.info.transaction_status == TransactionStatus.IDLE:
        return
    try:
        connection.execute("ROLLBACK")
    except psycopg.Error:
        connection.close()


def _pool() -> "ConnectionPool[Connection]":
    """This process's pool for the address now in the settings."""
    url = settings.BOOKS_DATABASE_URL
    if not url:
        raise errors.unreachable("This process was given no address of the books")
    with _opening:
        pool = _pools.get((os.getpid(), url))
        if pool is None:
            if not _pools:
                atexit.register(close)
            pool = _pools[os.getpid(), url] = _opened(url)
        return pool


def _opened(url: str) -> "ConnectionPool[Connection]":
    try:
        conninfo_to_dict(url)
    except psycopg.Error:
        # the pool would log the parser's complaint, which quotes the address
        raise errors.unreachable("The address of the books cannot be read") from None
    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[Row],
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "countersign",
        },
        min_size=0,
        max_size=LARGEST_POOL,
        max_idle=120,
        reconnect_timeout=WAIT_SECONDS,
        name="books",
        configure=_configure,
        open=True,
    )


def _configure(connection: Connection) -> None:
    connection.execute(
        f"SET statement_timeout = '{STATEMENT_SECONDS}s'; SET idle_in_transaction_session_timeout = '15s'; "
        "SET timezone = 'UTC'"
    )
