"""Connections to teams' databases: each known by its workspace and the name of its secret, opened by workers only."""

from contextlib import AbstractContextManager
from threading import Lock

from runs import secrets
from runs.connectors import postgres
from runs.connectors.postgres import Connection
from runs.connectors.sql import errors

WAIT_SECONDS = 4.0
STATEMENT_SECONDS = 5.0
LOCK_SECONDS = 3.0
LONGEST_SECONDS = 12.0  # one transaction, and the end of patience with a server that hangs
LARGEST_POOL = 8
# a pooler may stand between: nothing that outlives a transaction is relied on
_SETTINGS = (
    "SET LOCAL statement_timeout = {statement}; SET LOCAL lock_timeout = {lock}; "
    "SET LOCAL idle_in_transaction_session_timeout = {longest}; SET LOCAL timezone = 'UTC'; "
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL bytea_output = 'hex'; SET LOCAL standard_conforming_strings = on"
)
# a snapshot for each statement: whoever waited for a lock sees what was written meanwhile
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

_known: dict[tuple[str, str], postgres.Database] = {}
_learning = Lock()


def reading(workspace: str, secret: str) -> AbstractContextManager[Connection]:
    """One transaction that can change nothing. Raises `Transient`, `Refused`."""
    return _of(workspace, secret).transaction(f"{_BEGIN} READ ONLY; {_settings()}", "ROLLBACK")


def writing(workspace: str, secret: str) -> AbstractContextManager[Connection]:
    """One transaction, committed on the way out. Only a connection that breaks in the commit leaves `Unknown`."""
    return _of(workspace, secret).transaction(f"{_BEGIN} READ WRITE; {_settings()}")


def rehearsing(workspace: str, secret: str) -> AbstractContextManager[Connection]:
    """One transaction in which everything is tried, and nothing kept."""
    return _of(workspace, secret).transaction(f"{_BEGIN} READ WRITE; {_settings()}", "ROLLBACK")


def close() -> None:
    """Let go of every connection of this process."""
    with _learning:
        for database in _known.values():
            database.close()
        _known.clear()


def _settings() -> str:
    milliseconds = {"statement": STATEMENT_SECONDS, "lock": LOCK_SECONDS, "longest": LONGEST_SECONDS}
    return _SETTINGS.format(**{name: int(seconds * 1000) for name, seconds in milliseconds.items()})


def _limits() -> postgres.Limits:
    return postgres.Limits(wait=WAIT_SECONDS, longest=LONGEST_SECONDS, largest=LARGEST_POOL)


def _of(workspace: str, secret: str) -> postgres.Database:
    with _learning:
        known = _known.get((workspace, secret))
        if known is None:
            own = secrets.of(workspace)
            known = _known[workspace, secret] = postgres.Database(
                f"the database {secret}", lambda: own.get(secret), errors, _limits, prepares=False
            )
        return known
