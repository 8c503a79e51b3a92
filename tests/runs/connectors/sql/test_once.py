"""One approved write, one effect: repeated, raced, cut off and killed at the worst moments."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.rows import dict_row

from approvals import tools
from runs.connectors.sql import databases
from tests.patience import PATIENCE_SECONDS
from tests.runs.connectors import proxy
from tests.runs.connectors.sql.crm import UPSERT, Crm

COUNTING = (
    "CREATE FUNCTION crm.count() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched := OLD.touched + 1; "
    "RETURN NEW; END'; CREATE TRIGGER count BEFORE UPDATE ON crm.customers FOR EACH ROW EXECUTE FUNCTION crm.count()"
)
SLOW_COMMIT = (
    "CREATE FUNCTION crm.dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';"
    "CREATE CONSTRAINT TRIGGER dawdle AFTER UPDATE ON crm.customers DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION crm.dawdle()"
)
WORKER = """
import django
django.setup()
from approvals.tools import Context
from runs.connectors.sql.tools import build
from tests.runs.connectors.sql.crm import Declared
tool = build(Declared())
tool.run(tool.Arguments(id=1, phone="1"), key="key-1", context=Context(workspace="northwind"))
"""
ASLEEP = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


@pytest.fixture
def tool(crm: Crm) -> tools.Tool:
    crm.owner.execute(COUNTING)
    return crm.declare()[0]


def look_up(tool: tools.Tool, key: str = "key-1", **told: Any) -> tools.Receipt | None:
    return tool.look_up(
        tool.Arguments.model_validate(told or {"id": 1, "phone": "1"}), key=key,
        context=tools.Context(workspace="northwind"),
    )  # fmt: skip


def soon(query: str) -> dict[str, Any]:
    """Asked as the tools' own role: another sees nothing of what its sessions wait for."""
    until = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True, row_factory=dict_row) as same_role:
        while (row := same_role.execute(query).fetchone()) is None:
            assert time.monotonic() < until
            time.sleep(0.01)
    return row


def test_the_same_key_writes_once_and_is_given_the_first_receipt(crm: Crm, tool: tools.Tool) -> None:
    first = crm.run(tool, id=1, phone="1")
    crm.owner.execute("UPDATE crm.customers SET phone = '2' WHERE id = 1")
    assert crm.run(tool, id=1, phone="1", version="0" * 64) == first
    assert (crm.row()["phone"], len(crm.writes())) == ("2", 1)
    assert look_up(tool) == first


def test_a_key_of_another_write_is_refused(crm: Crm, tool: tools.Tool) -> None:
    crm.run(tool, id=1, phone="1")
    for told in ({"id": 1, "phone": "2"}, {"id": 2, "phone": "1"}):
        with pytest.raises(tools.Refused):
            crm.run(tool, **told)
        with pytest.raises(tools.Refused):
            look_up(tool, **told)
    assert crm.row()["phone"] == "1"


def test_eight_hands_with_one_key_write_once(crm: Crm, tool: tools.Tool) -> None:
    start = threading.Barrier(8)

    def write(_: int) -> tools.Receipt:
        start.wait()
        return crm.run(tool, id=1, phone="1")

    with ThreadPoolExecutor(8) as hands:
        receipts = list(hands.map(write, range(8)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert (crm.row()["touched"], len(crm.writes())) == (1, 1)


def test_eight_hands_with_eight_keys_insert_one_row_and_leave_no_image_untrue(crm: Crm) -> None:
    tool, _ = crm.declare(UPSERT)
    start = threading.Barrier(8)

    def write(number: int) -> tools.Receipt:
        start.wait()
        return crm.run(tool, f"key-{number}", id=3, name=f"n{number}")

    with ThreadPoolExecutor(8) as hands:
        receipts = list(hands.map(write, range(8)))
    before = sorted(str((receipt.data["before"] or {}).get("name")) for receipt in receipts)
    after = {receipt.data["after"]["name"] for receipt in receipts}
    assert len(after) == 8 and before.count("None") == 1
    assert after - set(before) == {crm.row(3)["name"]}  # a chain: each found what another left


def test_eight_hands_that_signed_one_version_write_once(crm: Crm, tool: tools.Tool) -> None:
    seen = tool.observe(tool.Arguments(id=1, phone="1"), context=crm.context)

    def write(number: int) -> str:
        try:
            crm.run(tool, f"key-{number}", seen.version, id=1, phone=str(number))
        except tools.Refused as refusal:
            return refusal.code
        return "written"

    with ThreadPoolExecutor(8) as hands:
        outcomes = sorted(hands.map(write, range(8)))
    assert outcomes == [*["posting.target_changed"] * 7, "written"]
    assert crm.row()["touched"] == 1


@pytest.mark.parametrize(("cut", "writes"), [(proxy.NEVER_SENT, 0), (proxy.NEVER_ANSWERED, 1)])
def test_a_commit_without_an_answer_is_in_doubt_until_it_is_looked_up(
    crm: Crm, tool: tools.Tool, monkeypatch: pytest.MonkeyPatch, cut: str, writes: int
) -> None:
    with proxy.wire(cut) as address:
        monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", address)
        with pytest.raises(tools.Unknown) as doubt:
            crm.run(tool, id=1, phone="1")
        monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", settings.BOOKS_DATABASE_URL)
        found = look_up(tool)
    assert doubt.value.code == "outcome.unknown"
    assert (found is not None, crm.row()["touched"]) == (bool(writes), writes)
    crm.run(tool, id=1, phone="1")
    assert (crm.row()["touched"], len(crm.writes())) == (1, 1)


def test_a_session_killed_in_the_commit_is_in_doubt_and_the_row_and_its_record_are_both_gone(
    crm: Crm, tool: tools.Tool
) -> None:
    crm.owner.execute(SLOW_COMMIT)
    with ThreadPoolExecutor(1) as hand:
        trying = hand.submit(crm.run, tool, id=1, phone="1")
        pid = soon(ASLEEP)["pid"]
        with psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True) as same_role:
            same_role.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(tools.Unknown):
            trying.result(PATIENCE_SECONDS)
    assert look_up(tool) is None
    assert (crm.row()["phone"], crm.writes()) == ("+44 1", [])


def test_a_worker_killed_in_the_commit_is_looked_up_and_writes_no_second_time(
    crm: Crm, tool: tools.Tool
) -> None:
    crm.owner.execute(SLOW_COMMIT)
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=os.environ)
    try:
        soon(ASLEEP)
    finally:
        worker.kill()
        worker.wait()
    found = look_up(tool)
    assert found is not None and found.after["phone"] == "1"
    assert crm.run(tool, id=1, phone="1") == found
    assert (crm.row()["touched"], len(crm.writes())) == (1, 1)


def test_a_look_up_waits_for_the_write_in_flight(crm: Crm, tool: tools.Tool) -> None:
    crm.owner.execute(SLOW_COMMIT)
    with ThreadPoolExecutor(1) as hand:
        trying = hand.submit(crm.run, tool, id=1, phone="1")
        soon(ASLEEP)
        assert look_up(tool) == trying.result(PATIENCE_SECONDS)


def test_a_look_up_that_cannot_wait_any_longer_does_not_say_there_was_none(
    crm: Crm, tool: tools.Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.owner.execute(SLOW_COMMIT)
    with ThreadPoolExecutor(1) as hand:
        trying = hand.submit(crm.run, tool, id=1, phone="1")
        soon(ASLEEP)
        monkeypatch.setattr(databases, "LOCK_SECONDS", 0.05)
        with pytest.raises(tools.Transient):
            look_up(tool)
        trying.result(PATIENCE_SECONDS)


def test_a_row_somebody_holds_is_waited_for_and_then_left_alone(
    crm: Crm, tool: tools.Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "LOCK_SECONDS", 0.1)
    with crm.owner.transaction():
        crm.owner.execute("SELECT 1 FROM crm.customers WHERE id = 1 FOR UPDATE")
        with pytest.raises(tools.Transient) as trouble:
            crm.run(tool, id=1, phone="1")
    assert trouble.value.code == "integration.timeout" and crm.writes() == []
    crm.run(tool, id=1, phone="1")
    assert crm.row()["touched"] == 1


def test_without_a_key_table_nothing_is_looked_up_and_a_doubt_stays_one(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, _ = crm.declare(key="none")
    assert tool.idempotency == "none"
    with proxy.wire(proxy.NEVER_ANSWERED) as address:
        monkeypatch.setenv("SECRET_NORTHWIND__CRM_DSN", address)
        with pytest.raises(tools.Unknown):
            crm.run(tool, id=1, phone="1")
    with pytest.raises(tools.Unknown):
        look_up(tool)
    until = time.monotonic() + PATIENCE_SECONDS
    while crm.row()["phone"] != "1":  # it had happened
        assert time.monotonic() < until


def test_keys_of_another_workspace_say_nothing_here(crm: Crm, tool: tools.Tool) -> None:
    crm.run(tool, id=1, phone="1")
    crm.owner.execute("UPDATE crm.countersign_writes SET workspace = 'harbour'")
    assert look_up(tool) is None
