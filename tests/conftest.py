"""Servers, databases and browsers for the tests; the people and things tests speak of stand in other files."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django_rq
import pytest
import redis
from django.core.management.commands import flush
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from approvals import limits, shelf
from tests import databases
from tests.browsers import Chromium
from tests.desk import desk  # noqa: F401
from tests.fixtures import board, founded, harbour, lasting, northwind  # noqa: F401
from tests.patience import PATIENCE_SECONDS
from tests.sheets import _kept_by_browsers  # noqa: F401

# The same examples in every run, and a busy machine is no failure: what fails was broken by what changed.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")
CHROMIUM = Chromium()
HERE = Path(__file__).resolve().parent
LASTING = {"auth_permission", "django_content_type"}  # what migrations wrote, and no test changes
EMPTYING = """
    DO $emptying$
    DECLARE
        place regclass;
        told text;
        holds boolean;
        held regclass[] := '{{}}';
        down text[];
        up text[];
    BEGIN
        FOREACH place IN ARRAY ARRAY[{tables}]::regclass[] LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', place) INTO holds;
            IF holds THEN held := held || place; END IF;
        END LOOP;
        SELECT coalesce(array_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)), '{{}}'),
               coalesce(array_agg(format('ALTER TABLE %s ENABLE %s TRIGGER %I', tgrelid::regclass,
                                         CASE tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END, tgname)), '{{}}')
        INTO down, up FROM pg_trigger
        WHERE tgrelid = ANY (held) AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 8 <> 0;
        FOREACH told IN ARRAY down LOOP EXECUTE told; END LOOP;
        SET CONSTRAINTS ALL DEFERRED;
        FOREACH place IN ARRAY held LOOP EXECUTE format('DELETE FROM %s', place); END LOOP;
        SET CONSTRAINTS ALL IMMEDIATE;
        FOREACH told IN ARRAY up LOOP EXECUTE told; END LOOP;
    END $emptying$
"""


def emptying(self: DatabaseOperations, style: Any, tables: Sequence[str], **_: Any) -> list[str]:
    """Empties tables between tests, including those that refuse to be emptied.

    Laws of the ledger are triggers that refuse DELETE; the owner sets them aside for this one transaction. Only
    tables that hold rows are touched: a test fills a few, and to truncate them all takes longer than most tests.
    """
    names = ", ".join(f"'{self.quote_name(table)}'" for table in tables if table not in LASTING)
    return [EMPTYING.format(tables=names)]


@pytest.fixture(scope="session", autouse=True)
def _emptying_works_on_guarded_tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", databases.drop)
        patch.setattr(DatabaseOperations, "sql_flush", emptying)
        patch.setattr(
            flush, "emit_post_migrate_signal", lambda *_: None
        )  # it would write again what has lasted
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        databases.use_template()


@pytest.fixture(scope="session")
def _redis() -> Iterator[redis.Redis]:
    with django_rq.get_connection("default") as client:
        yield client


@pytest.fixture(autouse=True)
def _a_silent_bell(_redis: redis.Redis) -> None:
    """Each test starts with an empty Redis, in a database of its own."""
    _redis.flushdb()


@pytest.fixture(autouse=True)
def _an_empty_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of declared tools come back from test to test, in rows of their own. Within a test what is known of tools
    and limits stays known until it changes: whoever counts queries does not count the seconds that passed.
    """
    monkeypatch.setattr(shelf, "SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(limits, "FRESH", PATIENCE_SECONDS)
    shelf.forget()


@pytest.fixture
def browser() -> Browser:
    return CHROMIUM.open()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    databases.forget_what_was_lost()
    if item.get_closest_marker("browser"):
        CHROMIUM.open()
    else:
        CHROMIUM.close()


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        gc.enable()  # it collects no tests
        databases.make_template_meanwhile(session.config.stash[blocking_manager_key])


def pytest_collection_finish() -> None:
    """What is there by now, thousands of tests among it, stays: to look through it for what could go took a fifth of a
    run of the tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    CHROMIUM.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Where all tests are asked for, each of xdist's workers reads another part of them first: of a new clone it
    compiles that part, and finds the others compiled.
    """
    told = getattr(session.config, "workerinput", None)
    if told is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    number, workers = int(told["workerid"].removeprefix("gw")), told["workercount"]
    for file in sorted(HERE.rglob("test_*.py"))[number::workers]:
        with suppress(Exception, pytest.skip.Exception):  # whoever collects it says what is wrong
            import_module(".".join(file.relative_to(HERE.parent).with_suffix("").parts))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests begin early, so that none is left for the end: those with a browser, which follow one another, at the
    head of what xdist's first worker is given, the others at the head of the second's.
    """
    browsing, others = _parted(items, "browser")
    long, short = _parted(others, "long")
    browsing.sort(key=lambda item: not item.get_closest_marker("long"))
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    before = max(len(items) // workers - len(browsing), 0) if workers > 1 else 0
    items[:] = [*browsing, *short[:before], *long, *short[before:]]


def _parted(items: list[pytest.Item], mark: str) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Those with the mark and those without, in their order."""
    marked = [item for item in items if item.get_closest_marker(mark)]
    return marked, [item for item in items if not item.get_closest_marker(mark)]
