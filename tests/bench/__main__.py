"""Fresh databases on durable servers of the bench's own, then Django, then the measurements."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.core.management import execute_from_command_line
from psycopg import sql

from config import embedded
from tests import databases

VAR_DIR = Path(__file__).resolve().parents[2] / "var" / "bench"


def fresh_database(variable: str, name: str) -> str:
    """A new, empty database beside the one the variable names, of the same owner; returns its address."""
    url = os.environ[variable]
    with psycopg.connect(url, autocommit=True) as connection:
        databases.remove(connection.cursor(), name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def main() -> None:
    os.environ.setdefault("VAR_DIR", str(VAR_DIR))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("DATABASE_POOL_SIZE", "60")  # fifty reviewers at once, each on a connection
    embedded.ensure()
    if not os.environ.get("BOOKS_ADMIN_URL"):
        sys.exit("The bench makes books of its own: set BOOKS_ADMIN_URL and BOOKS_DATABASE_URL too.")
    books = fresh_database("BOOKS_ADMIN_URL", "books_bench")
    poster = urlsplit(os.environ["BOOKS_DATABASE_URL"])._replace(path="/books_bench").geturl()
    database = fresh_database("DATABASE_URL", "countersign_bench")
    os.environ |= {"DATABASE_URL": database, "BOOKS_ADMIN_URL": books, "BOOKS_DATABASE_URL": poster}
    try:
        execute_from_command_line(["tests.bench", "measure", *sys.argv[1:]])
    finally:
        embedded.release()


if __name__ == "__main__":
    main()
