"""One bad execution, one slow call, one impossible answer: the others go on."""

import threading
from typing import Any

import pytest
from django.db import connection

from approvals import tools
from approvals.models import Proposal
from approvals.submission import Draft
from exceptions.models import Case
from runs import drain
from runs.models import Execution
from runs.workers import HELD, at_work
from tests import builders, expenses, memo
from tests.memo import Board
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db


def work() -> int:
    return drain.drain(linger=0, longest=0)


def a_memo(number: int) -> Draft:
    return builders.a_draft(title=f"Memo {number}", subject=f"memo:{number}")


def tamper(execution: Execution) -> None:
    """As somebody would who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE runs_execution DISABLE TRIGGER lawful")
        Execution.objects.filter(pk=execution.pk).update(arguments={"title": "Something else"})
        cursor.execute("ALTER TABLE runs_execution ENABLE TRIGGER lawful")


def test_what_the_database_refuses_to_start_fails_alone(northwind: Company, board: Board) -> None:
    proposals = [builders.an_approved(northwind.bot, northwind.maria) for _ in range(3)]
    tampered = Execution.objects.get(proposal=proposals[1])
    tamper(tampered)
    assert work() == 2
    tampered.refresh_from_db()
    assert (tampered.state, tampered.failure_class) == ("failed", "dispatch.stopped")
    assert tampered.write_key not in board.calls
    assert Case.objects.get().failure_class.code == "dispatch.stopped"


def test_a_slow_call_holds_up_no_other(northwind: Company, board: Board, monkeypatch: Any) -> None:
    expenses.approved_at_once(northwind.bot, northwind.maria, range(HELD + 10), draft=a_memo)
    slowest = Execution.objects.order_by("due_at", "id").values_list("write_key", flat=True)[0]
    everything_else = threading.Event()
    write = Board.write

    def slow(self: Board, key: str, row: dict[str, Any]) -> None:
        if key == slowest:
            assert everything_else.wait(PATIENCE_SECONDS), (
                f"only {len(self.written)} others were written meanwhile"
            )
        write(self, key, row)
        if len(self.written) == HELD + 9:
            everything_else.set()

    monkeypatch.setattr(Board, "write", slow)
    assert drain.drain(linger=0) == HELD + 10


def test_a_target_that_shows_something_impossible_stops_no_other(
    northwind: Company, board: Board, monkeypatch: Any
) -> None:
    approved = builders.an_approved(northwind.bot, northwind.maria)
    proposal = builders.a_proposal(northwind.bot, observed=False)
    strange = tools.Observation(before={"memos": float("nan")}, version="1")
    monkeypatch.setattr(memo.WriteMemo, "observe", lambda *args, **more: strange)
    work()
    proposal.refresh_from_db()
    assert proposal.observation["error"] == "integration.refused"
    withheld = Proposal.objects.get(pk=approved.pk).executions.get()
    assert (withheld.state, withheld.failure_class) == ("failed", "integration.refused")


def test_a_receipt_that_cannot_be_kept_is_a_receipt_all_the_same(
    northwind: Company, board: Board, monkeypatch: Any
) -> None:
    odd = tools.Receipt(reference="memo:7", after={"title": "nul \x00"}, data={"n": float("inf")})
    monkeypatch.setattr(memo.WriteMemo, "run", lambda *args, **more: odd)
    for _ in range(2):
        builders.an_approved(northwind.bot, northwind.maria)
    assert work() == 2
    assert set(Execution.objects.values_list("state", "receipt__reference")) == {("succeeded", "memo:7")}


def test_a_worker_cut_off_within_a_transaction_does_not_hold_its_rows_for_ever(northwind: Company) -> None:
    with at_work() as worker, connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("15s",)
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [worker.number])
        assert cursor.fetchone() == (1,)
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("0",)
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [worker.number]
        )
        assert cursor.fetchone() == (0,)
