"""What the owner of the helpdesk does: tables, rights and the tickets of a company. Never done by a worker."""

from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_RIGHTS = (
    "GRANT USAGE ON SCHEMA helpdesk TO {clerk}",
    "GRANT SELECT ON helpdesk.tickets, helpdesk.changes TO {clerk}",
    "GRANT INSERT (write_key, company, ticket, version, team, label) ON helpdesk.changes TO {clerk}",
)


def prepare(admin_url: str) -> None:
    """Tables, laws and the clerk's rights. Harmless to repeat; the clerk is who posts to the books."""
    clerk = sql.Identifier(str(conninfo_to_dict(settings.BOOKS_DATABASE_URL).get("user") or "books_poster"))
    schema = resources.files("runs.connectors.helpdesk").joinpath("schema.sql").read_bytes()
    with psycopg.connect(admin_url) as helpdesk:
        helpdesk.execute("SET LOCAL client_min_messages = warning")
        helpdesk.execute(
            "SELECT pg_advisory_xact_lock(7242668)"
        )  # two set-ups at once would trip over each other
        helpdesk.execute(schema)
        for right in _RIGHTS:
            helpdesk.execute(sql.SQL(right).format(clerk=clerk))


def seed(company: str, tickets: Iterable[Mapping[str, Any]], *, admin_url: str = "") -> None:
    """Open tickets nobody has yet; those that exist are left alone."""
    rows = [(company, one["id"], one.get("from", ""), one.get("subject", "")) for one in tickets]
    with psycopg.connect(admin_url or settings.BOOKS_ADMIN_URL) as helpdesk, helpdesk.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO helpdesk.tickets (company, id, sender, subject) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            rows,
        )
