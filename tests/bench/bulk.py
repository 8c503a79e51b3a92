"""Loading rows by the million: triggers, foreign keys and indexes stand aside, and are put back and checked after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

from config import embedded
from config.servers import Postgres

TABLES = ("approvals_proposal", "approvals_evidence", "approvals_decision", "approvals_ledgerentry")
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
"""


@contextmanager
def loading(tables: Sequence[str] = TABLES) -> Iterator[None]:
    """One transaction in which rows of these tables may begin in any state, and are indexed once, at its end.

    For databases of the bench's own. What the database holds afterwards is checked by every constraint but those that
    only triggers keep.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '512MB'")
        again = [statement for table in tables for statement in _stand_aside(table)]
        yield
        for statement in again:
            cursor.execute(statement)


def _stand_aside(table: str) -> list[str]:
    """Returns the statements that put everything back."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(INDEXES, [table])
        indexes = cursor.fetchall()
        cursor.execute(FOREIGN_KEYS, [table])
        keys = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [
        *(definition for _, definition in indexes),
        *(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in keys),
        f"ALTER TABLE {table} ENABLE TRIGGER USER",
    ]


def tidy(tables: Sequence[str] = TABLES) -> None:
    """What the server would do over the next minutes: statistics, maps of what everybody can see, and the rows on disk.

    The last only for a server of our own; another keeps writing beside what is measured.
    """
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    ours = Postgres(embedded.var_dir() / "postgres")
    if connection.settings_dict["HOST"] == str(ours.sockets):
        with psycopg.connect(ours.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute("CHECKPOINT")
