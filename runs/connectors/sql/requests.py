"""A write as the statement a person can read. What runs carries its values as parameters instead."""

from typing import Any

from psycopg import sql

from runs.connectors.sql import images, writing
from runs.connectors.sql.definition import Definition


def write(definition: Definition, arguments: Any) -> str:
    key, values = writing.key_of(definition, arguments), writing.values_of(definition, arguments)
    if definition.operation == "update":
        return _said(_update(definition, key, values))
    keys = [column.name for column in definition.key_columns]
    names = [*keys, *values]
    told = sql.SQL("INSERT INTO {} ({})\nVALUES ({})\nON CONFLICT ({}) DO UPDATE\nSET {}").format(
        images.table(definition), _names(names), sql.SQL(", ").join(map(sql.Literal, [*key, *values.values()])),
        _names(keys), _pairs(values, ", "),
    )  # fmt: skip
    return _said(told)


def restore(definition: Definition, arguments: Any) -> str:
    key = writing.key_of(definition, arguments)
    if arguments.inserted:
        told = sql.SQL("DELETE FROM {}\nWHERE {}").format(images.table(definition), _found(definition, key))
        return _said(told)
    return _said(_update(definition, key, {part.column: part.value for part in arguments.columns}))


def _update(definition: Definition, key: list[str | None], values: writing.Values) -> sql.Composable:
    return sql.SQL("UPDATE {}\nSET {}\nWHERE {}").format(
        images.table(definition), _pairs(values, ", "), _found(definition, key)
    )


def _found(definition: Definition, key: list[str | None]) -> sql.Composable:
    names = (column.name for column in definition.key_columns)
    return _pairs(dict(zip(names, key, strict=True)), " AND ")


def _pairs(values: writing.Values, between: str) -> sql.Composable:
    pairs = (
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in values.items()
    )
    return sql.SQL(between).join(pairs)


def _names(names: list[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _said(statement: sql.Composable) -> str:
    return statement.as_string(None)
