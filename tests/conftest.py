"""Servers, databases and browsers for the tests; the people and things tests speak of stand in other files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import django_rq
import pytest
from django.db import transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import settings as hypothesis_settings

from tests.fixtures import board, harbour, northwind  # noqa: F401

hypothesis_settings.register_profile("house", deadline=None)  # a busy machine is no failure
hypothesis_settings.load_profile("house")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
USER_TRIGGERS = """
    SELECT format('%I.%I', n.nspname, c.relname), quote_ident(t.tgname), t.tgenabled
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A') AND c.relowner = current_user::regrole
"""


def flush_despite_triggers(self: DatabaseOperations, statements: list[str]) -> None:
    """Empties tables between tests, including those that refuse to be emptied.

    Laws of the ledger are triggers that refuse TRUNCATE; the owner sets them aside for this one transaction.
    """
    with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
        cursor.execute(USER_TRIGGERS)
        triggers = cursor.fetchall()
        for table, name, _ in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        for table, name, enabled in triggers:
            how = "ENABLE ALWAYS" if enabled == "A" else "ENABLE"
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {name}")


@pytest.fixture(scope="session", autouse=True)
def _emptying_works_on_guarded_tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_despite_triggers)
        yield


@pytest.fixture(autouse=True)
def _a_silent_bell() -> None:
    """Each test starts with an empty Redis, in a database of its own."""
    with django_rq.get_connection("default") as bell:
        bell.flushdb()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser, for tests marked `browser`."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is not None:
        return found
    reason = f"no browser is installed (looked for {', '.join(BROWSERS)})"
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(f"BROWSER_TESTS=required, and {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _browser_tests_need_a_browser(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser"):
        request.getfixturevalue("chromium")
