"""Whether the table is as the definition says: asked once per process before the first use, and after any doubt."""

from dataclasses import dataclass
from threading import Lock

from approvals.tools import Refused
from runs.connectors.postgres import Connection
from runs.connectors.sql.columns import Column
from runs.connectors.sql.definition import KEY_TABLE, Definition

# pg_catalog, not information_schema: that hides the columns we may not read, and what kind of relation it is
_COLUMNS = """
SELECT c.relkind::text AS relation, a.attname AS name, format_type(a.atttypid, -1) AS type,
    coalesce(b.typname, t.typname)::text AS base, t.typtype::text AS class, a.attgenerated <> '' AS generated,
    has_column_privilege(c.oid, a.attnum, 'SELECT') AS may_read,
    has_column_privilege(c.oid, a.attnum, 'UPDATE') AS may_update,
    has_column_privilege(c.oid, a.attnum, 'INSERT') AS may_insert
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE n.nspname = %s AND c.relname = %s
"""
_UNIQUE = """
SELECT array_agg(a.attname::text) AS names
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
WHERE n.nspname = %s AND c.relname = %s AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
GROUP BY i.indexrelid
"""
_BASES: dict[str, set[str]] = {
    "text": {"text", "varchar", "bpchar", "citext"}, "integer": {"int2", "int4", "int8"}, "decimal": {"numeric"},
    "date": {"date"}, "timestamp": {"timestamptz", "timestamp"}, "boolean": {"bool"}, "json": {"json", "jsonb"},
    "enum": {"text", "varchar", "bpchar"}, "uuid": {"uuid"},
}  # fmt: skip
_TABLES = {"r", "p"}


@dataclass(frozen=True)
class Fit:
    """The types of the columns as PostgreSQL spells them."""

    types: dict[str, str]


_fits: dict[tuple[str, str, str], Fit] = {}
_fitting = Lock()


def of(connection: Connection, definition: Definition, workspace: str) -> Fit:
    """Raises `Refused` naming what does not fit."""
    known = _key(definition, workspace)
    with _fitting:
        found = _fits.get(known)
    if found is None:
        found = _checked(connection, definition)
        with _fitting:
            _fits[known] = found
    return found


def forget(definition: Definition, workspace: str) -> None:
    """The table refused what fitted before: look anew next time."""
    with _fitting:
        _fits.pop(_key(definition, workspace), None)


def _key(definition: Definition, workspace: str) -> tuple[str, str, str]:
    """Another workspace's secret of the same name is another database."""
    return workspace, definition.database, definition.model_dump_json()


def _checked(connection: Connection, definition: Definition) -> Fit:
    place = [definition.db_schema, definition.table]
    rows = {row["name"]: row for row in connection.execute(_COLUMNS, place)}
    if not rows:
        raise _refusal(
            f"There is no table {definition.table} that we may see in the schema {definition.db_schema}"
        )
    if next(iter(rows.values()))["relation"] not in _TABLES:
        raise _refusal(f"{definition.table} is not a table: views are not written through")
    for name in definition.read:
        if name not in rows:
            raise _refusal(f"The table {definition.table} has no column {name}")
        if not rows[name]["may_read"]:
            raise _refusal(f"We may not read the column {name}", "integration.auth")
    for column in definition.every_column:
        _check_column(column, rows[column.name], definition)
    keys = {column.name for column in definition.key_columns}
    if definition.operation == "upsert":
        _check_upsert(connection, place, keys)
    if definition.key == "table":
        _check_key_table(connection, definition)
    return Fit({name: rows[name]["type"] for name in definition.read})


def _check_column(column: Column, row: dict[str, object], definition: Definition) -> None:
    is_enum = column.type == "enum" and row["class"] == "e"
    if not is_enum and row["base"] not in _BASES[column.type]:
        raise _refusal(f"The column {column.name} is {row['type']}, not {column.type}")
    is_key = column in definition.key_columns
    if not is_key and row["generated"]:
        raise _refusal(f"The column {column.name} is computed by the database")
    if not is_key and not row["may_update"]:
        raise _refusal(f"We may not write the column {column.name}", "integration.auth")
    if definition.operation == "upsert" and not row["may_insert"]:
        raise _refusal(f"We may not insert the column {column.name}", "integration.auth")


def _check_upsert(connection: Connection, place: list[str], keys: set[str]) -> None:
    if not any(set(row["names"]) == keys for row in connection.execute(_UNIQUE, place)):
        raise _refusal("An upsert needs a unique index over exactly the key columns")
    found = connection.execute(
        "SELECT has_table_privilege(c.oid, 'SELECT') AS all FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
        place,
    ).fetchone()
    if found is None or not found["all"]:
        raise _refusal(
            "An upsert must be able to read whole rows, or could not be undone", "integration.auth"
        )


def _check_key_table(connection: Connection, definition: Definition) -> None:
    found = connection.execute(
        "SELECT has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AS ours "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
        [definition.db_schema, KEY_TABLE],
    ).fetchone()
    if found is None or not found["ours"]:
        raise _refusal(
            f"The schema {definition.db_schema} has no table {KEY_TABLE} that we may read and insert into: "
            "its owner runs setup.sql"
        )


def _refusal(message: str, code: str = "integration.refused") -> Refused:
    return Refused(code, message)
