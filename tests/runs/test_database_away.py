"""The database refuses or goes away in the middle: nothing is half recorded, and everything ends in a named state."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from approvals.models import LedgerEntry
from exceptions.models import Case
from runs import drain, execution, pipeline, sweep
from runs.models import Attempt, Execution
from tests import builders
from tests.memo import Board
from tests.people import Company
from tests.workers import addresses

pytestmark = pytest.mark.django_db(transaction=True)
FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER disk_is_full BEFORE {when} FOR EACH ROW {where} EXECUTE FUNCTION disk_is_full();
"""
ROOM = "DROP FUNCTION IF EXISTS disk_is_full CASCADE"
# Of this database: others of this server are those of tests beside this one.
CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
AT_SUCCESS = {"when": "UPDATE ON runs_execution", "where": "WHEN (NEW.state = 'succeeded')"}
AT_LEDGER = {"when": "INSERT ON approvals_ledgerentry", "where": "WHEN (NEW.kind = 'execution.succeeded')"}
AT_BEGIN = {"when": "INSERT ON runs_attempt", "where": ""}


@contextmanager
def no_space(place: dict[str, str], *, for_seconds: float | None = None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(FULL.format(**place))
    if for_seconds is not None:
        threading.Timer(for_seconds, _make_room).start()
    try:
        yield
    finally:
        _make_room()


def _make_room() -> None:
    with psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as other:
        other.execute(ROOM)


def approved(northwind: Company, many: int) -> None:
    for _ in range(many):
        builders.an_approved(northwind.bot, northwind.maria)


def entries(kind: str) -> int:
    return LedgerEntry.objects.filter(kind=kind).count()


@pytest.mark.parametrize("place", [AT_SUCCESS, AT_LEDGER])
def test_a_full_disk_leaves_nothing_half_recorded_and_nothing_done_twice(
    northwind: Company, board: Board, place: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "RESCUE_SECONDS", 0.3)
    approved(northwind, 5)
    with no_space(place), pytest.raises(OperationalError, match="No space left"):
        drain.drain(linger=0)
    begun = Execution.objects.filter(state="started", receipt__isnull=True).count()
    assert begun == len(board.calls) > 0
    assert Execution.objects.filter(state="scheduled", claimed_by=None).count() == 5 - begun  # handed back
    assert entries("execution.succeeded") == 0
    assert Attempt.objects.filter(finished_at__isnull=True).count() == begun
    sweep.once(now=timezone.now())
    sweep.once(now=timezone.now() + timedelta(seconds=1))
    drain.drain(linger=0)
    assert set(Execution.objects.values_list("state", flat=True)) == {"succeeded"}
    assert entries("execution.unknown") == entries("execution.settled") == begun
    assert len(board.calls) == 5
    assert not Case.objects.exists()


def test_what_was_answered_is_recorded_when_the_database_comes_back_soon(
    northwind: Company, board: Board
) -> None:
    approved(northwind, 5)
    with no_space(AT_SUCCESS, for_seconds=0.5), pytest.raises(OperationalError):
        drain.drain(linger=0)
    done = Execution.objects.filter(state="succeeded").count()
    assert done == len(board.calls) == entries("execution.succeeded") > 0
    assert (
        not Execution.objects.exclude(state="succeeded").exclude(state="scheduled", claimed_by=None).exists()
    )
    assert entries("execution.unknown") == 0


def test_an_intent_that_cannot_be_kept_sends_nothing(northwind: Company, board: Board) -> None:
    approved(northwind, 3)
    with no_space(AT_BEGIN), pytest.raises(OperationalError):
        drain.drain(linger=0)
    assert board.calls == []
    assert set(Execution.objects.values_list("state", "claimed_by", "attempts")) == {("scheduled", None, 0)}
    assert drain.drain(linger=0) == 3


def test_a_worker_cut_off_from_the_database_leaves_a_named_state(northwind: Company, board: Board) -> None:
    """Its session ends while calls are out; the calls come back, and are recorded on a new one."""
    write, cut = Board.write, threading.Event()

    def cutting(self: Board, key: str, row: dict[str, str]) -> None:
        write(self, key, row)
        if not cut.is_set():
            cut.set()
            with psycopg.connect(addresses()["DATABASE_URL"], autocommit=True) as other:
                other.execute(CUT_OFF, [execution.WORKER_LOCKS])

    approved(northwind, 5)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(Board, "write", cutting)
        drain.drain(linger=0)
    drain.drain(linger=0)
    sweep.once(now=timezone.now() + timedelta(seconds=1))
    drain.drain(linger=0)
    assert set(Execution.objects.values_list("state", flat=True)) == {"succeeded"}
    assert len(board.calls) == len(set(board.calls)) == 5
