"""The way back: exactly the columns a write changed, as they were; only while the row is still as the write left it."""

from typing import Any

from psycopg import sql

from approvals.tools import Receipt, Refused
from runs.connectors.postgres import Connection
from runs.connectors.sql import fitting, images, keys, writing
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.fitting import Fit
from runs.connectors.sql.images import Image
from runs.connectors.sql.keys import Write

_CASCADES = """
SELECT 1 AS one FROM pg_constraint f
JOIN pg_class c ON c.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE f.contype = 'f' AND f.confdeltype IN ('c', 'n', 'd') AND n.nspname = %s AND c.relname = %s LIMIT 1
"""


def arguments_of(definition: Definition, told: dict[str, Any], data: dict[str, Any]) -> dict[str, Any] | None:
    """Arguments of the write that undoes one with these arguments and this receipt; None where none does."""
    key = {column.called: told.get(column.called) for column in definition.key_columns}
    if data.get("table") != definition.place or not data.get("after") or None in key.values():
        return None
    before, after, changed = data["before"], data["after"], data["columns"]
    if before is None:
        return key | {"write": data["write"], "inserted": True, "row": data["row"]}
    if not changed or not set(changed) <= {column.name for column in definition.columns}:
        return None
    columns = [{"column": name} | _stated(value=before[name], left=after[name]) for name in changed]
    return key | {"write": data["write"], "columns": columns}


def restore(connection: Connection, definition: Definition, arguments: Any, *, attempt: Write) -> Receipt:
    """Put back within the caller's transaction, or find what this key put back already. Raises `Refused`."""
    fit = fitting.of(connection, definition, attempt.workspace)
    known = keys.earlier(connection, definition, attempt)
    if known is not None:
        return known
    _check_recorded(connection, definition, arguments, attempt)
    key = writing.key_of(definition, arguments)
    before = writing.only(images.read(connection, definition, fit, key, lock=True))
    if before is None:
        raise Refused("posting.target_changed", "The row is no longer there")
    if arguments.inserted:
        _delete(connection, definition, fit, key, arguments.row)
        receipt = Receipt(
            images.reference(definition, before),
            {},
            {"write": attempt.key, "before": before, "deleted": True},
        )
    else:
        receipt = _put_back(connection, definition, fit, key, before, arguments, attempt)
    keys.keep(connection, definition, attempt, receipt)
    return receipt


def moved(image: Image, arguments: Any) -> list[str]:
    """Columns that somebody changed since the write that is undone."""
    return [part.column for part in arguments.columns if image[part.column] != part.left]


def _put_back(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], before: Image,
    arguments: Any, attempt: Write,
) -> Receipt:  # fmt: skip
    changed = moved(before, arguments)
    if changed:
        raise Refused("posting.target_changed", f"Somebody has changed {', '.join(changed)} since the write")
    values = {part.column: part.value for part in arguments.columns}
    writing.set_columns(connection, definition, fit, key, values)
    after = writing.only(images.read(connection, definition, fit, key))
    wrong = [name for name, value in values.items() if after is None or after[name] != value]
    if after is None or wrong:
        raise Refused("integration.refused", f"The database keeps another value of {', '.join(wrong)}")
    data = writing.proof(definition, attempt, before, after)
    return Receipt(images.reference(definition, after), images.spoken(definition, after), data)


def _delete(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], left: str
) -> None:
    """The inserted row, if nothing in it was changed and nothing else would go with it."""
    if images.whole_row(connection, definition, fit, key) != left:
        raise Refused("posting.target_changed", "Somebody has changed the row since it was inserted")
    if connection.execute(_CASCADES, [definition.db_schema, definition.table]).fetchone():
        raise Refused("integration.refused", "Deleting the row could change rows of other tables")
    statement = sql.SQL("DELETE FROM {} t WHERE {}").format(
        images.table(definition), images.found_by(definition, fit)
    )
    done = connection.execute(statement, key)
    if done.rowcount != 1:
        raise Refused("integration.refused", f"The write would delete {done.rowcount} rows, not one")


def _check_recorded(connection: Connection, definition: Definition, arguments: Any, attempt: Write) -> None:
    """Nobody restores what was never so: the images are those of the write that is named."""
    if definition.key != "table":
        return
    told = keys.kept(connection, definition, key=arguments.write, workspace=attempt.workspace)
    data = (told or {}).get("data", {})
    key = {column.called: getattr(arguments, column.called) for column in definition.key_columns}
    recorded = arguments_of(definition, key, data)
    if recorded is None or type(arguments).model_validate(recorded) != arguments:
        raise Refused("integration.refused", "No write is on record that this would undo", "write")


def _stated(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
