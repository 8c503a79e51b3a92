"""One row, one transaction: locked, compared, written, read back, remembered."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from approvals.tools import Receipt, Refused
from runs.connectors.postgres import Connection
from runs.connectors.sql import fitting, images, keys
from runs.connectors.sql.columns import Column
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.fitting import Fit
from runs.connectors.sql.images import Image
from runs.connectors.sql.keys import Write

Values = dict[str, str | None]  # by column, as text


def key_of(definition: Definition, arguments: Any) -> list[str | None]:
    return [images.parameter(column, getattr(arguments, column.called)) for column in definition.key_columns]


def values_of(definition: Definition, arguments: Any) -> Values:
    """What is to be written; None where a column is to be emptied. Columns nobody named are absent."""
    cleared = getattr(arguments, "clear", None) or ()
    told: Values = {}
    for column in definition.columns:
        given = getattr(arguments, column.called)
        if given is not None or column.called in cleared:
            told[column.name] = images.parameter(column, given)
    return told


def write(
    connection: Connection, definition: Definition, arguments: Any, *, attempt: Write, version: str = ""
) -> Receipt:
    """Write within the caller's transaction, or find what this key wrote already. ``version``: what was signed."""
    fit = fitting.of(connection, definition, attempt.workspace)
    known = keys.earlier(connection, definition, attempt)
    if known is not None:
        return known
    key, values = key_of(definition, arguments), values_of(definition, arguments)
    before = _locked(connection, definition, fit, key)
    if before is None and definition.operation == "upsert":
        _compare(version, None)
        inserted = _inserted(connection, definition, fit, key, values)
        if not inserted:  # somebody else was first
            before = _locked(connection, definition, fit, key)
    if before is not None:
        _compare(version, before)
        set_columns(connection, definition, fit, key, values)
    elif definition.operation == "update":
        raise Refused("integration.refused", "There is no such row", definition.key_columns[0].called)
    after = read_back(connection, definition, fit, key, values)
    if before == after:
        raise Refused("integration.refused", "The row already says so: nothing would change")
    data = proof(definition, attempt, before, after)
    if before is None:
        data["row"] = images.whole_row(connection, definition, fit, key)
    receipt = Receipt(images.reference(definition, after), images.spoken(definition, after), data)
    keys.keep(connection, definition, attempt, receipt)
    return receipt


def proof(definition: Definition, attempt: Write, before: Image | None, after: Image) -> dict[str, Any]:
    """What a way back needs: which write, where, which columns it changed, and both images."""
    listed = [column.name for column in definition.columns]
    changed = [name for name in listed if before is not None and before[name] != after[name]]
    return {
        "write": attempt.key,
        "table": definition.place,
        "columns": changed,
        "before": before,
        "after": after,
    }


def only(rows: Sequence[Image]) -> Image | None:
    """The one row of a key. Raises `Refused` for several."""
    if len(rows) > 1:
        raise Refused("integration.refused", "The key finds more than one row: nothing was written")
    return rows[0] if rows else None


def read_back(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], values: Values
) -> Image:
    """The row as it is now. Raises `Refused` where the database keeps other values than were asked for."""
    after = only(images.read(connection, definition, fit, key))
    if after is None:
        raise Refused("integration.refused", "The row is not there after the write: nothing was kept")
    same = sql.SQL(", ").join(
        sql.SQL("t.{0}::{1} IS NOT DISTINCT FROM {2}::{1} AS {0}").format(
            sql.Identifier(name), _comparable(fit, name), images.value(fit, name)
        )
        for name in values
    )
    query = sql.SQL("SELECT {} FROM {} t WHERE {}").format(
        same, images.table(definition), images.found_by(definition, fit)
    )
    row = connection.execute(query, [*values.values(), *key]).fetchone() or {}
    changed = [name for name in values if not row.get(name)]
    if changed:
        field = _argument(definition.columns, changed[0])
        raise Refused(
            "integration.refused", f"The database keeps another value of {', '.join(changed)}", field
        )
    return after


def set_columns(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], values: Values
) -> None:
    """Exactly one row, or nothing. Raises `Refused`."""
    pairs = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), images.value(fit, name)) for name in values
    )
    statement = sql.SQL("UPDATE {} t SET {} WHERE {}").format(
        images.table(definition), pairs, images.found_by(definition, fit)
    )
    done = connection.execute(statement, [*values.values(), *key])
    if done.rowcount != 1:
        raise Refused("integration.refused", f"The write would change {done.rowcount} rows, not one")


def _locked(connection: Connection, definition: Definition, fit: Fit, key: list[str | None]) -> Image | None:
    return only(images.read(connection, definition, fit, key, lock=True))


def _compare(version: str, before: Image | None) -> None:
    if version and version != images.version(before):
        raise Refused("posting.target_changed", "The row is no longer as it was when this was signed")


def _inserted(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], values: Values
) -> bool:
    keys_ = [column.name for column in definition.key_columns]
    columns = [*keys_, *values]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING").format(
        images.table(definition),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(images.value(fit, name) for name in columns),
        sql.SQL(", ").join(map(sql.Identifier, keys_)),
    )
    return connection.execute(statement, [*key, *values.values()]).rowcount == 1


def _comparable(fit: Fit, name: str) -> sql.SQL:
    """JSON without order has no equality of its own."""
    return sql.SQL("jsonb" if fit.types[name] == "json" else fit.types[name])


def _argument(columns: Sequence[Column], name: str) -> str:
    return next((column.called for column in columns if column.name == name), "")
