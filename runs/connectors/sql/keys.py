"""One write per key: the table in the team's schema that remembers each, in the transaction that made it."""

import json
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from approvals import canonical
from approvals.tools import Receipt, Refused
from runs.connectors.postgres import Connection
from runs.connectors.sql.definition import KEY_TABLE, Definition

_FIND = sql.SQL("SELECT tool, request, receipt FROM {} WHERE write_key = %s AND workspace = %s")
_KEEP = sql.SQL(
    "INSERT INTO {} (write_key, workspace, tool, request, target, receipt) VALUES (%s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True)
class Write:
    """One attempt: its key, whose it is, which tool, and a digest of what was asked."""

    key: str
    workspace: str
    tool: str
    request: str


def of(*, key: str, workspace: str, tool: str, arguments: Any) -> Write:
    return Write(key, workspace, tool, canonical.digest(arguments.model_dump(mode="json", exclude_none=True)))


def earlier(connection: Connection, definition: Definition, write: Write) -> Receipt | None:
    """The receipt this key has already, once whoever writes under it now has finished; so that None is certain.

    Raises `Refused` where the key belongs to another write.
    """
    if definition.key != "table":
        return None
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [write.key])
    row = connection.execute(_FIND.format(_table(definition)), [write.key, write.workspace]).fetchone()
    if row is None:
        return None
    if (row["tool"], row["request"]) != (write.tool, write.request):
        raise Refused("integration.refused", "This write key belongs to another write")
    return Receipt(**row["receipt"])


def kept(
    connection: Connection, definition: Definition, *, key: str, workspace: str
) -> dict[str, Any] | None:
    """What the receipt of that write says, whichever tool of this table made it."""
    row = connection.execute(_FIND.format(_table(definition)), [key, workspace]).fetchone()
    return row["receipt"] if row else None


def keep(connection: Connection, definition: Definition, write: Write, receipt: Receipt) -> None:
    """Beside the write itself: both are there or neither."""
    if definition.key != "table":
        return
    told = {"reference": receipt.reference, "after": receipt.after, "data": receipt.data}
    connection.execute(
        _KEEP.format(_table(definition)),
        [write.key, write.workspace, write.tool, write.request, receipt.reference, json.dumps(told)],
    )


def _table(definition: Definition) -> sql.Identifier:
    return sql.Identifier(definition.db_schema, KEY_TABLE)
