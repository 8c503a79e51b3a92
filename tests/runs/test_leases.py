"""Leases: prolonged while the worker lives, measured by the database's clock, worth nothing once they are lost."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from approvals.actors import worker
from exceptions.models import Case
from runs import clock, drain, execution, pipeline, stopping, underway, unknowns
from runs.models import Attempt, Execution
from runs.threads import Threads, answers
from runs.workers import at_work
from tests import builders
from tests.memo import Board, WriteMemo
from tests.patience import PATIENCE_SECONDS, SOON_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db
TICK = worker("tick")


@pytest.fixture(autouse=True)
def _nobody_was_told_to_stop() -> Any:
    yield
    stopping.forget()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls wait here until it is opened."""
    opened = threading.Event()
    write = Board.write

    def waiting(self: Board, key: str, row: dict[str, Any]) -> None:
        assert opened.wait(PATIENCE_SECONDS)
        write(self, key, row)

    monkeypatch.setattr(Board, "write", waiting)
    yield opened
    opened.set()


def claimed(northwind: Company, number: int = 7) -> Execution:
    builders.an_approved(northwind.bot, northwind.maria)
    [row] = execution.claim(worker=number, limit=1, now=timezone.now())
    return row


def test_a_worker_that_lives_keeps_what_it_holds(northwind: Company) -> None:
    row = claimed(northwind)
    later = timezone.now() + timedelta(seconds=50)
    assert execution.extend(executions=[row], worker=7, now=later) == 1
    assert execution.claim(worker=8, limit=1, now=later + timedelta(seconds=50)) == []


def test_a_lease_that_was_lost_is_not_prolonged_nor_handed_back(northwind: Company) -> None:
    late = claimed(northwind)
    now = timezone.now() + execution.LEASE * 2
    [theirs] = execution.claim(worker=8, limit=1, now=now)
    assert execution.extend(executions=[late], worker=7, now=now) == 0
    assert execution.hand_back(executions=[late], worker=7) == 0
    assert execution.postpone(until=[(late, now + timedelta(hours=1))], worker=7) == 0
    theirs.refresh_from_db()
    assert (theirs.claimed_by, theirs.leased_until) == (8, now + execution.LEASE)


def test_what_is_handed_back_is_anybodys_at_once(northwind: Company) -> None:
    row = claimed(northwind)
    assert execution.hand_back(executions=[row], worker=7) == 1
    assert execution.claim(worker=8, limit=1, now=timezone.now()) == [row]


def test_a_long_call_keeps_its_lease(
    northwind: Company, board: Board, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BEAT_SECONDS", 0.0)
    builders.an_approved(northwind.bot, northwind.maria)
    with at_work() as mine:
        work = pipeline.Pipeline(mine, until=time.monotonic() + PATIENCE_SECONDS)
        while not work.under_way.calling:
            work.run()
        Execution.objects.update(leased_until=timezone.now() + timedelta(seconds=1))
        work.run()
        left = Execution.objects.get().leased_until - timezone.now()
        assert left > timedelta(seconds=5)
        gate.set()
        work.finish()
    assert Execution.objects.get().state == "succeeded"


def test_a_call_that_never_comes_back_is_in_doubt_and_holds_up_no_other(
    northwind: Company, board: Board, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "OVERDUE_SECONDS", 0.0)
    monkeypatch.setattr(underway, "TURN_SECONDS", 0.5)
    monkeypatch.setattr(WriteMemo, "max_seconds", 0.2)
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0)
    row = Execution.objects.get()
    assert (row.state, row.failure_class) == ("unknown", "outcome.unknown")
    assert row.error == "No answer came in the time it was given"
    gate.set()


def test_a_worker_whose_clock_is_an_hour_ahead_takes_nothing_from_the_living(
    northwind: Company, board: Board
) -> None:
    row = claimed(northwind)
    with connection.cursor() as cursor:  # worker 7 lives
        cursor.execute("SELECT pg_advisory_lock(%s, 7)", [execution.WORKER_LOCKS])
    try:
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            assert drain.drain(linger=0, longest=0) == 0
            assert unknowns.find_lost(actor=TICK, now=clock.now()) == 0
        row.refresh_from_db()
        assert (row.state, row.claimed_by, row.lease_epoch) == ("scheduled", 7, 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 7)", [execution.WORKER_LOCKS])


def test_a_worker_whose_clock_is_behind_does_its_work_in_time(northwind: Company, board: Board) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        assert drain.drain(linger=0, longest=0) == 1
    row = Execution.objects.get()
    assert timezone.now() - row.started_at < timedelta(minutes=1)


def test_workers_tell_the_time_of_the_database() -> None:
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        told = clock.now()
    assert abs(told - timezone.now()) < timedelta(seconds=SOON_SECONDS)


def test_told_to_stop_a_worker_hands_back_what_it_only_claimed(
    northwind: Company, board: Board, gate: threading.Event
) -> None:
    for number in range(2):
        builders.an_approved(northwind.bot, northwind.maria, subject="one" if number else "other")
    with at_work() as mine:
        work = pipeline.Pipeline(mine, until=time.monotonic() + PATIENCE_SECONDS)
        rows = execution.claim(worker=mine.number, limit=2, now=clock.now())
        work.under_way.ready = rows[:1]
        work._begin()
        work.under_way.ready = rows[1:]
        stopping.ask()
        threading.Timer(0.3, gate.set).start()
        work.finish()
    assert Execution.objects.get(pk=rows[0].pk).state == "succeeded"
    back = Execution.objects.get(pk=rows[1].pk)
    assert (back.state, back.claimed_by, back.leased_until) == ("scheduled", None, None)
    assert len(board.calls) == 1


def test_told_to_stop_a_worker_does_not_wait_for_ever(
    northwind: Company, board: Board, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "GRACE_SECONDS", 0.2)
    builders.an_approved(northwind.bot, northwind.maria)
    threading.Timer(0.5, stopping.ask).start()
    began = time.monotonic()
    drain.drain(linger=0)
    assert time.monotonic() - began < SOON_SECONDS
    assert Execution.objects.get().state == "unknown"
    gate.set()


def test_told_to_stop_a_worker_claims_nothing(northwind: Company, board: Board) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    stopping.ask()
    assert drain.drain(linger=5) == 0
    assert Execution.objects.get().claimed_by is None


def test_a_tool_has_no_more_calls_out_than_it_may(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, most, lock = 0, 0, threading.Lock()

    def narrow(self: Board, key: str, row: dict[str, Any]) -> None:
        nonlocal out, most
        with lock:
            out += 1
            most = max(most, out)
        time.sleep(0.02)
        with lock:
            out -= 1
            self.calls.append(key)

    monkeypatch.setattr(Board, "write", narrow)
    monkeypatch.setattr(WriteMemo, "at_once", 2)
    for _ in range(9):
        builders.an_approved(northwind.bot, northwind.maria)
    assert drain.drain(linger=0) == 9
    assert most == 2


def test_a_call_that_waited_too_long_for_a_thread_is_not_sent(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was stopped for a while may have lost its lease meanwhile."""
    monkeypatch.setattr(underway, "TURN_SECONDS", -1.0)
    builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    row = Execution.objects.get()
    assert (row.state, row.attempts, board.calls) == ("scheduled", 1, [])
    assert row.tries.get().message == "Not sent: the worker was held up before its call"


def test_a_tool_that_hangs_leaves_threads_for_the_others() -> None:
    threads, never = Threads(3), threading.Event()
    hanging = [threads.submit_to("slow", 2, lambda: never.wait(PATIENCE_SECONDS)) for _ in range(5)]
    quick = [threads.submit_to("quick", 2, lambda: 1) for _ in range(5)]
    assert answers(quick, seconds=SOON_SECONDS) == [1] * 5
    never.set()
    assert answers(hanging, seconds=SOON_SECONDS) == [True] * 5
    threads.shutdown()


def test_a_thread_that_never_comes_back_is_replaced() -> None:
    threads, never = Threads(1), threading.Event()
    lost = threads.submit(never.wait, PATIENCE_SECONDS)
    assert answers([threads.submit(int, 1)], seconds=0.1) == [None]
    threads.write_off()
    assert answers([threads.submit(int, 1)], seconds=SOON_SECONDS) == [1]
    never.set()
    assert lost.result(PATIENCE_SECONDS)
    threads.shutdown()


def test_a_lost_write_of_a_target_that_cannot_tell_goes_to_its_owner(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WriteMemo, "idempotency", "none")
    row = claimed(northwind)
    execution.begin(executions=[row], worker=7, actor=TICK, now=timezone.now())
    assert unknowns.find_lost(actor=TICK, now=timezone.now()) == 1
    row.refresh_from_db()
    assert (row.state, row.leased_until) == ("unknown", None)
    assert Case.objects.get().failure_class.code == "outcome.unknown"
    assert Attempt.objects.get().outcome == "unknown"
