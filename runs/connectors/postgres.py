"""Somebody's PostgreSQL: a small pool per process, opened when first needed, and never by the web."""

import atexit
import os
import select
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, Protocol

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from approvals.tools import Refused, Transient
from runs.connectors.cutting import cut_off

Row = dict[str, Any]


class Connection(psycopg.Connection[Row]):
    """``answered_at``: when it last did what it was asked to."""

    answered_at = float("-inf")


Pool = ConnectionPool[Connection]

CONNECT_SECONDS = 3
BELIEVED_SECONDS = 1.0  # for which a connection that answered is not asked again whether it lives
LATE = (pg.QueryCanceled, pg.LockNotAvailable, pg.SerializationFailure, pg.DeadlockDetected)


class Verdicts(Protocol):
    """What errors of this database mean to a caller."""

    def unreachable(self, message: str = ...) -> Transient: ...

    def classified(self, error: psycopg.Error) -> Refused: ...

    def in_doubt(self, error: psycopg.Error) -> Refused: ...


def rolled_back(error: psycopg.Error) -> bool:
    """Whether the server itself said so: an error of a commit that broke on the way says nothing."""
    return error.diag.severity_nonlocalized == "ERROR"


@dataclass(frozen=True)
class Limits:
    """``wait`` for a free connection, with the time to open one; ``longest`` one may be held; ``largest`` pool."""

    wait: float = 4.0
    longest: float | None = None
    largest: int = 16


def _nothing(connection: Connection) -> None:
    """Connections are taken as they come."""


@dataclass(eq=False)
class Database:
    """One database under a ``name`` that may be said aloud. Its address is read anew at each use, so it may change."""

    name: str
    address: Callable[[], str]
    verdicts: Verdicts
    limits: Callable[[], Limits] = Limits
    configure: Callable[[Connection], None] = _nothing
    prepares: bool = True  # not where a pooler may stand between, which keeps no prepared statements
    _pools: dict[tuple[int, str], Pool] = field(default_factory=dict)
    _opening: Lock = field(default_factory=Lock)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with, outside any transaction. Raises `Transient` for trouble on the way."""
        with self._borrowed() as connection:
            try:
                yield connection
            except psycopg.Error as error:
                raise self.verdicts.classified(error) from None

    @contextmanager
    def transaction(self, begin: str = "BEGIN", end: str = "COMMIT") -> Iterator[Connection]:
        """One transaction, ended on the way out. Only a connection that breaks in a commit leaves `Unknown`."""
        with self._borrowed() as connection:
            try:
                connection.execute(begin)
                yield connection
            except psycopg.Error as error:
                raise self.verdicts.classified(error) from None
            try:
                connection.execute(end)
            except psycopg.Error as error:
                judge = self.verdicts.in_doubt if end == "COMMIT" else self.verdicts.classified
                raise judge(error) from None

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """For one statement that is a transaction of its own: one trip instead of three. A connection that breaks
        meanwhile leaves `Unknown`, for the statement may have been carried out.
        """
        with self._borrowed() as connection:
            try:
                yield connection
            except psycopg.Error as error:
                raise self.verdicts.in_doubt(error) from None

    def close(self) -> None:
        """Let go of every connection of this process; the next use opens anew."""
        with self._opening:
            for (process, _), pool in list(self._pools.items()):
                if process == os.getpid():
                    pool.close()
            self._pools.clear()

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        pool = self._pool()
        try:
            connection = self._alive(pool)
        except (PoolTimeout, PoolClosed, psycopg.Error):
            raise self.verdicts.unreachable() from None
        try:
            with self._patience(connection):
                yield connection
                _settle(connection)
            connection.answered_at = monotonic()
        finally:
            _settle(connection)
            pool.putconn(connection)

    def _patience(self, connection: Connection) -> AbstractContextManager[None]:
        longest = self.limits().longest
        return nullcontext() if longest is None else cut_off(connection.fileno(), after=longest)

    def _alive(self, pool: Pool) -> Connection:
        """A connection that answers. Those that died idle are passed over at once, where the pool would pause."""
        until = monotonic() + self.limits().wait
        while True:
            connection = pool.getconn(timeout=max(until - monotonic(), 0.01))
            if monotonic() - connection.answered_at < BELIEVED_SECONDS and not _has_news(connection):
                return connection
            try:
                with self._patience(connection):
                    connection.execute("")
            except psycopg.Error:
                pool.putconn(connection)
            else:
                return connection

    def _pool(self) -> Pool:
        """This process's pool for the address now in force."""
        url = self.address()
        with self._opening:
            pool = self._pools.get((os.getpid(), url))
            if pool is None:
                self._let_go_of_old_addresses()
                pool = self._pools[os.getpid(), url] = self._opened(url)
            return pool

    def _let_go_of_old_addresses(self) -> None:
        """What is borrowed from them is closed when it comes back."""
        if not self._pools:
            atexit.register(self.close)
        for known in [known for known in self._pools if known[0] == os.getpid()]:
            self._pools.pop(known).close(timeout=0)

    def _opened(self, url: str) -> Pool:
        try:
            conninfo_to_dict(url)
        except psycopg.Error:
            # the pool would log the parser's complaint, which quotes the address
            raise self.verdicts.unreachable(f"The address of {self.name} cannot be read") from None
        return ConnectionPool(
            url,
            connection_class=Connection,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "countersign",
                **({} if self.prepares else {"prepare_threshold": None}),
            },
            min_size=0,
            max_size=self.limits().largest,
            max_idle=120,
            reconnect_timeout=self.limits().wait,
            name=self.name.removeprefix("the "),
            configure=self.configure,
            open=True,
        )


def _has_news(connection: Connection) -> bool:
    """Whether the far side said something unasked: as a rule that it ends."""
    told = select.poll()
    told.register(connection.fileno(), select.POLLIN)
    return bool(told.poll(0))


def _settle(connection: Connection) -> None:
    """Leave no transaction open; a connection that cannot even roll back is of no further use."""
    if connection.closed or connection.pgconn.transaction_status == TransactionStatus.IDLE:
        return
    try:
        connection.execute("ROLLBACK")
    except psycopg.Error:
        connection.close()
