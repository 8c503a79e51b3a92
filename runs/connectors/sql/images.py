"""What a row says: exactly, in PostgreSQL's own spelling, to compare and to restore; and as JSON, for people."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from psycopg import sql

from approvals import canonical
from runs.connectors.postgres import Connection
from runs.connectors.sql.columns import Column
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.fitting import Fit

Image = dict[str, str | None]  # by column; every value as text, which loses nothing
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
WHOLE_ROW = sql.SQL("encode(sha256(convert_to((t.*)::text, 'UTF8')), 'hex')")


def table(definition: Definition) -> sql.Identifier:
    return sql.Identifier(definition.db_schema, definition.table)


def value(fit: Fit, column: str) -> sql.Composable:
    """A parameter of the column's own type, without its length: what does not fit is refused, never cut."""
    return sql.SQL("%s::{}").format(sql.SQL(fit.types[column]))


def found_by(definition: Definition, fit: Fit) -> sql.Composable:
    """The condition that names the row; its parameters are the key columns' values."""
    pairs = (
        sql.SQL("t.{} = {}").format(sql.Identifier(column.name), value(fit, column.name))
        for column in definition.key_columns
    )
    return sql.SQL(" AND ").join(pairs)


def read(
    connection: Connection, definition: Definition, fit: Fit, key: list[str | None], *, lock: bool = False
) -> list[Image]:
    """The rows of that key, two at most: more than one is nobody's row."""
    names = sql.SQL(", ").join(
        sql.SQL("t.{0}::text AS {0}").format(sql.Identifier(name)) for name in definition.read
    )
    query = sql.SQL("SELECT {names} FROM {table} t WHERE {found} LIMIT 2{lock}").format(
        names=names, table=table(definition), found=found_by(definition, fit),
        lock=sql.SQL(" FOR UPDATE" if lock else ""),
    )  # fmt: skip
    return list(connection.execute(query, key))


def whole_row(connection: Connection, definition: Definition, fit: Fit, key: list[str | None]) -> str:
    """A digest over every column there is, those we do not read included."""
    query = sql.SQL("SELECT {whole} AS whole FROM {table} t WHERE {found}").format(
        whole=WHOLE_ROW, table=table(definition), found=found_by(definition, fit)
    )
    row = connection.execute(query, key).fetchone()
    return str(row["whole"]) if row else ""


def version(image: Image | None) -> str:
    """Changes with everything an observation shows."""
    return canonical.digest(image)


def text_of(given: Any) -> str | None:
    """A validated argument as PostgreSQL reads it."""
    match given:
        case None:
            return None
        case bool():
            return "true" if given else "false"
        case dict() | list() | float():
            return json.dumps(given, ensure_ascii=False)
        case datetime():
            return given.isoformat()
    return str(given)


def parameter(column: Column, given: Any) -> str | None:
    """The same, where a column of JSON writes even a text in quotes."""
    if column.type == "json" and given is not None:
        return json.dumps(given, ensure_ascii=False)
    return text_of(given)


def spoken(definition: Definition, image: Image) -> dict[str, Any]:
    """The image under the names and in the spelling of arguments, so that both compare; what is null is None."""
    told = {column.called: _spoken(column.type, image[column.name]) for column in definition.every_column}
    return told | {name: image[name] for name in definition.shown if name not in told}


def _spoken(kind: str, text: str | None) -> Any:
    if text is None:
        return None
    try:
        match kind:
            case "integer":
                return int(text) if abs(int(text)) <= canonical.LARGEST_INTEGER else text
            case "boolean":
                return text == "true"
            case "decimal":
                return str(Decimal(text))
            case "timestamp":
                return _moment(text)
            case "json":
                parsed = json.loads(text)
                canonical.check(parsed)
                return parsed
    except (ValueError, InvalidOperation):
        pass  # infinity and other things only PostgreSQL says
    return text


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")


def reference(definition: Definition, image: Image) -> str:
    """The row in one short line; by a digest where its key is a text, which may name a person."""
    parts = [str(image[column.name]) for column in definition.key_columns]
    if all(_CODE.fullmatch(part) for part in parts):
        return f"{definition.table}/{'/'.join(parts)}"
    return f"{definition.table}/{canonical.digest(parts)[:32]}"
