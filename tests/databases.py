"""Databases of the tests: migrated once into a template, from which every worker takes its copy."""

import hashlib
import threading
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker

TEMPLATE = "test_countersign_template"
ONE_MAKES_IT = 7_141_421
ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user
"""
KNOWN = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"


def use_template() -> None:
    """From now on a database of the tests begins as a copy of the template, which is made where it is out of date."""
    make_template()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def make_template_meanwhile(blocker: DjangoDbBlocker) -> None:
    """While xdist's workers still collect, the process that waits for them makes what they will need first."""

    def make() -> None:
        with blocker.unblock():
            make_template()
            connection.close()

    threading.Thread(target=make, name="template").start()


def make_template() -> None:
    """Whoever comes first makes it, and the others wait. It stays for the next run, until a migration changes."""
    told = _migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_MAKES_IT])  # given back with the connection
        cursor.execute(KNOWN, [TEMPLATE])
        if cursor.fetchone() == (told,):
            return
        remove(cursor, TEMPLATE)
        cursor.execute(f"CREATE DATABASE {TEMPLATE}")
        _migrate(TEMPLATE)
        cursor.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{told}'")


def _migrations() -> str:
    """What the migrations of all apps say, in short."""
    folders = [Path(config.path) / "migrations" for config in apps.get_app_configs()]
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _migrate(database: str) -> None:
    ours = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours


def drop(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """Drops the database of the tests, whoever is still connected: a thread that was left behind ends with it."""
    with self._nodb_cursor() as cursor:
        remove(cursor, test_database_name)


def remove(cursor: CursorWrapper | psycopg.Cursor, name: str) -> None:
    """Not ``WITH (FORCE)``, which fails where autovacuum is at work: only the server itself may end that, and does so
    for a database that is dropped.
    """
    cursor.execute(ENDED, [name])
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def forget_what_was_lost() -> None:
    """A test whose session was cut fails by itself, and takes none of those after it with it: they open another."""
    lost = connection.connection
    if lost is None or not lost.closed:
        return
    connection.connection, connection.in_atomic_block, connection.needs_rollback = None, False, False
    connection.savepoint_ids, connection.atomic_blocks, connection.run_on_commit = [], [], []
    connection.closed_in_transaction = False
