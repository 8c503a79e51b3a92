"""Databases that are away, hang or refuse us: always a named ending, and never a word of the address."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from structlog.testing import capture_logs

from approvals import tools
from runs.connectors.books import database
from runs.connectors.sql import databases
from tests.patience import SOON_SECONDS
from tests.runs.connectors.sql.crm import CANARY, Crm

SLOW = (
    "CREATE FUNCTION crm.dawdle() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN PERFORM pg_sleep(3); RETURN NEW; END'; "
)
BEFORE = "CREATE TRIGGER dawdle BEFORE UPDATE ON crm.customers FOR EACH ROW EXECUTE FUNCTION crm.dawdle()"
AT_THE_END = (
    "CREATE CONSTRAINT TRIGGER dawdle AFTER UPDATE ON crm.customers DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION crm.dawdle()"
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "WAIT_SECONDS", 0.5)
    monkeypatch.setattr(databases, "LONGEST_SECONDS", 0.5)


def attempts(tool: tools.Tool) -> list[Any]:
    arguments = tool.Arguments.model_validate({"id": 1, "phone": "1"})
    context = tools.Context(workspace="northwind")
    return [
        lambda: tool.run(arguments, key="key-1", context=context),
        lambda: tool.observe(arguments, context=context),
        lambda: tool.look_up(arguments, key="key-1", context=context),
        lambda: tool.rehearse(arguments, key="key-1", context=context),
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://poster:{CANARY}@127.0.0.1:1/crm",
        f"postgresql://poster:{CANARY}%zz@127.0.0.1:1/crm",
        f"host=127.0.0.1 port=1 password={CANARY} nonsense={CANARY}",
    ],
)
def test_a_database_that_cannot_be_reached_is_transient_and_keeps_its_address(
    crm: Crm, impatient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    tool, _ = crm.declare()
    monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", url)
    with capture_logs() as logged:
        for attempt in attempts(tool):
            with pytest.raises(tools.Transient) as trouble:
                attempt()
            assert trouble.value.code == "integration.unreachable"
            assert (trouble.value.__cause__, trouble.value.__suppress_context__) == (None, True)
            assert CANARY not in repr(trouble.value) + str(vars(trouble.value))
    assert CANARY not in caplog.text + str(logged)


def test_a_password_that_is_refused_keeps_its_secret(
    crm: Crm, impatient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tool, _ = crm.declare()
    secret = settings.BOOKS_DATABASE_URL.split(":")[2].split("@")[0]
    monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", settings.BOOKS_DATABASE_URL.replace(secret, CANARY))
    with pytest.raises(tools.Transient):
        crm.run(tool, id=1, phone="1")
    assert CANARY not in caplog.text


def test_without_the_secret_nothing_is_tried(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    tool, _ = crm.declare()
    monkeypatch.delenv("SECRET_NORTHWIND__CRM_DSN")
    with pytest.raises(tools.Refused) as refusal:
        crm.run(tool, id=1, phone="1")
    assert refusal.value.code == "integration.auth" and "CRM_DSN" in refusal.value.message


def test_no_secret_is_in_a_receipt_a_request_or_the_record_of_keys(crm: Crm) -> None:
    tool, _ = crm.declare()
    secret = settings.BOOKS_DATABASE_URL.split(":")[2].split("@")[0]
    arguments = tool.Arguments.model_validate({"id": 1, "phone": "1"})
    told = tool.rehearse(arguments, key="key-1", context=crm.context)
    receipt = tool.run(arguments, key="key-1", context=crm.context)
    assert secret not in f"{told} {receipt} {crm.writes()} {vars(tool)}"


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(
    crm: Crm, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, _ = crm.declare()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://p:{CANARY}@127.0.0.1:{silent.getsockname()[1]}/crm?sslmode=disable"
        monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", url)
        began = time.monotonic()
        with pytest.raises(tools.Transient):
            crm.run(tool, id=1, phone="1")
    assert time.monotonic() - began < SOON_SECONDS


def test_a_statement_that_takes_too_long_wrote_nothing_and_says_so(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, _ = crm.declare()
    crm.owner.execute(SLOW + BEFORE)
    monkeypatch.setattr(databases, "STATEMENT_SECONDS", 0.2)
    with pytest.raises(tools.Transient) as trouble:
        crm.run(tool, id=1, phone="1")
    assert trouble.value.code == "integration.timeout" and crm.writes() == []


@pytest.mark.parametrize(("where", "ending"), [("before", tools.Transient), ("commit", tools.Unknown)])
def test_a_server_that_hangs_is_cut_off_and_only_in_the_commit_that_is_a_doubt(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, where: str, ending: type[Exception]
) -> None:
    tool, _ = crm.declare()
    crm.owner.execute(SLOW + (BEFORE if where == "before" else AT_THE_END))
    monkeypatch.setattr(databases, "LONGEST_SECONDS", 0.6)
    with pytest.raises(ending):
        crm.run(tool, id=1, phone="1")


def test_many_hands_share_a_few_connections(crm: Crm) -> None:
    tool, _ = crm.declare()
    start = threading.Barrier(24)

    def write(number: int) -> None:
        start.wait()
        crm.run(tool, f"key-{number}", id=1, phone=str(number))

    with ThreadPoolExecutor(24) as hands:
        list(hands.map(write, range(24)))
    assert len(crm.writes()) == 24
    query = (
        "SELECT count(*) AS n FROM pg_stat_activity WHERE usename = 'books_poster' "
        "AND datname = current_database()"
    )
    assert crm.owner.execute(query).fetchone()["n"] <= databases.LARGEST_POOL + database.LARGEST_POOL


def test_a_connection_that_died_idle_is_replaced_unnoticed(crm: Crm) -> None:
    tool, _ = crm.declare()
    crm.run(tool, id=1, phone="1")
    with psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True) as same_role:
        same_role.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'countersign' "
            "AND usename = current_user AND datname = current_database()"
        )
    crm.run(tool, "key-2", id=1, phone="2")
    assert crm.row()["phone"] == "2"


def test_a_secret_that_was_changed_counts_at_once(
    crm: Crm, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, _ = crm.declare()
    crm.run(tool, id=1, phone="1")
    monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", f"postgresql://poster:{CANARY}@127.0.0.1:1/crm")
    with pytest.raises(tools.Transient):
        crm.run(tool, "key-2", id=1, phone="2")
