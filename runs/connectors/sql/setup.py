"""What a team's own administrator runs once, ready to be copied: the key table, and rights to what is on the list."""

from importlib import resources

from psycopg import sql

from runs.connectors.sql.definition import Definition


def snippet(definition: Definition, *, role: str) -> str:
    """Statements for the owner of the schema; ``role`` is whom the secret's address signs in as."""
    told = _key_table(definition.db_schema, role) if definition.key == "table" else ""
    return f"{told}{_grants(definition, role)}\n"


def _key_table(schema: str, role: str) -> str:
    text = resources.files("runs.connectors.sql").joinpath("setup.sql").read_text()
    for name, value in (("schema", schema), ("role", role)):
        text = text.replace(f':"{name}"', sql.Identifier(value).as_string(None))
    return text + "\n"


def _grants(definition: Definition, role: str) -> str:
    written = [column.name for column in definition.columns]
    inserted = [column.name for column in definition.every_column]
    rights = {"SELECT": definition.read, "UPDATE": written}
    lines = [_grant(f"{right} ({{}})", names, definition, role) for right, names in rights.items()]
    if definition.operation == "upsert":  # its way back deletes, and compares the whole row first
        lines += [
            _grant("INSERT ({})", inserted, definition, role),
            _grant("SELECT, DELETE", [], definition, role),
        ]
    usage = sql.SQL("GRANT USAGE ON SCHEMA {} TO {};").format(
        sql.Identifier(definition.db_schema), sql.Identifier(role)
    )
    return "\n".join([usage.as_string(None), *lines])


def _grant(rights: str, names: list[str], definition: Definition, role: str) -> str:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return (
        sql.SQL(f"GRANT {rights} ON {{}} TO {{}};")
        .format(*([columns] if names else []), sql.Identifier(definition.db_schema, definition.table),
                sql.Identifier(role))
        .as_string(None)
    )  # fmt: skip
