"""Loaded before Django's settings: gives the tests servers of their own where the environment names none."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from config import embedded
from config.environment import VARIABLES
from config.provision import GUESTS, make_database
from config.servers import Postgres

ALONE = 15
CHOSEN_OUTSIDE = {"DATABASE_URL", "REDIS_URL", "VAR_DIR", "LOG_LEVEL"}
TEST_VAR_DIR = Path(__file__).resolve().parent.parent / "var" / "test"


def start() -> None:
    gc.disable()  # what is made until the tests are collected stays (see `tests.conftest`)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _begin_afresh()
    number = int(worker.removeprefix("gw")) + 1 if worker else ALONE
    os.environ["REDIS_URL"] = with_redis_database(os.environ["REDIS_URL"], number)
    if worker:
        _keep_books_apart(worker)


def _begin_afresh() -> None:
    """Only servers may be chosen from outside: no test reaches a real model or real books by accident."""
    for variable in VARIABLES:
        if variable.name not in CHOSEN_OUTSIDE:
            os.environ.pop(variable.name, None)
    os.environ.setdefault("VAR_DIR", str(TEST_VAR_DIR))
    embedded.ensure(durable=False)
    books = embedded.addresses(Postgres(embedded.hold("postgres", durable=False)))
    for name, url in books.items():
        os.environ.setdefault(name, url)


def with_redis_database(url: str, number: int) -> str:
    """Tests empty the Redis database they use, so it is never the one somebody else may be using."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlsplit(url)._replace(path=f"/{number}", query="").geturl()


def _keep_books_apart(worker: str) -> None:
    """Each of xdist's workers has books of its own, as it has a database of its own by pytest-django."""
    admin = os.environ.get("BOOKS_ADMIN_URL", "")
    if "/books?" not in admin:
        return
    name = f"books_{worker}"
    with psycopg.connect(admin, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            make_database(connection, name, owner="books_owner", guests=GUESTS["books"])
    for variable in ("BOOKS_ADMIN_URL", "BOOKS_DATABASE_URL"):
        os.environ[variable] = os.environ[variable].replace("/books?", f"/{name}?")


start()
