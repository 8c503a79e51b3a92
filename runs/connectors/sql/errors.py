"""What the refusals of a team's database mean. Told by codes and names, never by prose, which holds values."""

import re

import psycopg
import structlog
from psycopg import errors as pg

from approvals.tools import Refused, Transient, Unknown
from runs.connectors.postgres import LATE, rolled_back

log = structlog.get_logger(__name__)
CHANGED = (
    pg.UndefinedTable,
    pg.UndefinedColumn,
    pg.UndefinedFunction,
    pg.UndefinedObject,
    pg.InvalidSchemaName,
)
_BROKEN = {
    pg.UniqueViolation: "Another row already holds this value",
    pg.ForeignKeyViolation: "Other rows would point at nothing",
    pg.CheckViolation: "The table does not allow this value",
    pg.NotNullViolation: "The table wants a value here",
    pg.ExclusionViolation: "Another row stands in the way",
    pg.StringDataRightTruncation: "The text is longer than the column",
    pg.NumericValueOutOfRange: "The number is larger than the column",
}


class Misfit(Refused):
    """The table, or what we may do with it, is not what it was when it was looked at last."""


def unreachable(message: str = "The database cannot be reached") -> Transient:
    return Transient("integration.unreachable", message)


def classified(error: psycopg.Error) -> Refused:
    """What an error before the commit means: nothing was written, for good (`Refused`) or for now (`Transient`)."""
    log.info("sql.refused", sqlstate=error.sqlstate, error=type(error).__name__)
    if isinstance(error, LATE):
        return Transient("integration.timeout", "The database did not answer in time")
    if isinstance(error, pg.InsufficientPrivilege):
        return Misfit("integration.auth", "The database does not let us do this: its owner grants it")
    if isinstance(error, CHANGED):
        return Misfit("integration.refused", "The table is no longer as the tool's definition says")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | pg.ReadOnlySqlTransaction):
        return unreachable()
    words = next(
        (words for kind, words in _BROKEN.items() if isinstance(error, kind)), "The database refuses this"
    )
    constraint = error.diag.constraint_name
    named = f" ({_name(constraint)})" if constraint else ""
    return Refused("integration.refused", f"{words}{named}", _name(error.diag.column_name or ""))


def in_doubt(error: psycopg.Error) -> Refused:
    """What an error of the commit itself means: certain only where the server said that it rolled back."""
    if rolled_back(error):
        return classified(error)
    log.warning("sql.in_doubt", sqlstate=error.sqlstate, error=type(error).__name__)
    return Unknown("outcome.unknown", "The connection broke while the database was writing")


def _name(text: str) -> str:
    return re.sub(r"[^\w .-]", "_", text)[:63]
