"""The roles and databases of the embedded PostgreSQL, made once and set right at every start."""

from __future__ import annotations

import psycopg
from psycopg import sql

ROLES = {
    "countersign": "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE",
    "books_owner": "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE",
    "books_poster": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE",
}
DATABASES = {"countersign": "countersign", "books": "books_owner"}
GUESTS = {"books": ("books_poster",)}


def provision(admin_url: str, keys: dict[str, str]) -> None:
    """Roles keep to their own database: CONNECT is nobody's unless it is given here."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        have_roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        have_databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        for role, rights in ROLES.items():
            verb = "ALTER" if role in have_roles else "CREATE"
            connection.execute(
                sql.SQL("{verb} ROLE {role} {rights} PASSWORD {key}").format(
                    verb=sql.SQL(verb),
                    role=sql.Identifier(role),
                    rights=sql.SQL(rights),
                    key=sql.Literal(keys[role]),
                )
            )
        for database, owner in DATABASES.items():
            if database not in have_databases:
                make_database(connection, database, owner=owner, guests=GUESTS.get(database, ()))


def make_database(
    connection: psycopg.Connection, database: str, *, owner: str, guests: tuple[str, ...] = ()
) -> None:
    """A database only its owner and the named guests may enter."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for guest in guests:
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(guest)))
