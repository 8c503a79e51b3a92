"""Breakers: opened by trouble and never by a no, half-opened by one canary, closed by its success or by a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import actors, tools
from approvals.models import LedgerEntry
from exceptions.models import Case
from runs import breaker_terms, breakers, drain, execution, sweep
from runs.models import Breaker, Execution
from tests import builders
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)  # the sweep seals what is committed
TEST = actors.worker("test")


def work() -> int:
    return drain.drain(linger=0, longest=0)


def approved(company: Company, many: int) -> list[Execution]:
    made = [builders.an_approved(company.bot, company.maria) for _ in range(many)]
    return [Execution.objects.get(proposal=row) for row in made]


def away(many: int) -> list[Exception]:
    return [tools.Transient("integration.unreachable", "the board does not answer") for _ in range(many)]


def the_breaker() -> Breaker:
    return Breaker.objects.get()


def pause_is_over() -> None:
    Breaker.objects.update(half_opens_at=timezone.now())


def trip(company: Company, board: Board) -> None:
    board.trouble = away(breaker_terms.SHIPPED.failures)
    approved(company, breaker_terms.SHIPPED.failures)
    work()
    assert the_breaker().state == "open"
    # chance may have them tried again any moment
    Execution.objects.filter(state="scheduled").update(due_at=timezone.now() + timedelta(hours=1))
    board.calls.clear()


def kinds() -> list[str]:
    rows = LedgerEntry.objects.filter(kind__startswith="breaker.").order_by("id")
    return [kind.partition(".")[2] for kind in rows.values_list("kind", flat=True)]


def test_trouble_opens_it_and_nothing_more_is_sent(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    approved(northwind, 3)
    Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
    work()
    assert board.calls == []
    case = Case.objects.get(failure_class__code="dispatch.breaker_open")
    assert (case.owner.name, case.open_count) == ("Platform", 1)
    assert kinds() == ["opened"]


@pytest.mark.parametrize("code", ["posting.period_closed", "integration.refused", "posting.unknown_vendor"])
def test_a_no_of_the_target_never_opens_it(northwind: Company, board: Board, code: str) -> None:
    board.trouble = [tools.Refused(code, "no") for _ in range(10)]
    approved(northwind, 12)
    work()
    assert not Breaker.objects.exists()
    assert Execution.objects.filter(state="succeeded").count() == 2


def test_what_cannot_be_told_counts(northwind: Company, board: Board) -> None:
    board.trouble = [
        tools.Unknown("outcome.unknown", "no answer") for _ in range(breaker_terms.SHIPPED.failures)
    ]
    board.deaf = True
    approved(northwind, breaker_terms.SHIPPED.failures)
    work()
    assert the_breaker().state == "open"


def test_one_write_that_fails_again_and_again_is_one_failure(northwind: Company, board: Board) -> None:
    board.trouble = away(4)
    approved(northwind, 1)
    for _ in range(4):
        Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
        work()
    assert (the_breaker().state, len(the_breaker().failures)) == ("closed", 1)


def test_a_busy_tool_that_stumbles_is_not_cut_off(northwind: Company, board: Board) -> None:
    approved(northwind, 8)
    work()
    board.trouble = away(breaker_terms.SHIPPED.failures)
    approved(northwind, breaker_terms.SHIPPED.failures)
    work()
    assert the_breaker().state == "closed"


def test_one_canary_goes_and_its_success_lets_the_others_follow(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    waiting = approved(northwind, 3)
    pause_is_over()
    assert breakers.half_open_due(timezone.now()) == 1
    assert (the_breaker().state, the_breaker().canary_id) == ("half_open", waiting[0].pk)
    work()
    assert len(board.calls) == 1
    sweep.once(now=timezone.now())
    assert the_breaker().state == "closed"
    work()
    assert len(board.calls) == 3
    assert kinds() == ["opened", "half_opened", "closed"]


def test_each_canary_that_fails_doubles_the_pause(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    approved(northwind, 3)
    lengths = []
    for _ in range(3):
        pause_is_over()
        breakers.half_open_due(timezone.now())
        board.trouble = away(1)
        work()
        breaker = the_breaker()
        assert breaker.state == "open" and breaker.half_opens_at is not None
        lengths.append((breaker.half_opens_at - timezone.now()) / breaker_terms.SHIPPED.pause)
    assert [round(length) for length in lengths] == [2, 4, 8]


def test_a_canary_that_the_target_refuses_shows_that_it_answers(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    approved(northwind, 1)
    pause_is_over()
    breakers.half_open_due(timezone.now())
    board.trouble = [tools.Refused("posting.period_closed", "closed")]
    work()
    breakers.half_open_due(timezone.now())
    assert the_breaker().state == "closed"


def test_a_canary_that_was_taken_back_is_replaced(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    first, second = approved(northwind, 2)
    pause_is_over()
    breakers.half_open_due(timezone.now())
    [leased] = execution.claim(worker=9, limit=5, now=timezone.now())
    Execution.objects.filter(pk=first.pk).update(due_at=timezone.now() + timedelta(hours=1))
    breakers.half_open_due(timezone.now())
    assert the_breaker().canary_id == second.pk
    assert execution.begin(executions=[leased], worker=9, actor=TEST, now=timezone.now()) == []
    first.refresh_from_db()
    assert first.state == "scheduled"


def test_what_was_leased_before_it_opened_is_not_begun(northwind: Company, board: Board) -> None:
    approved(northwind, 3)
    leased = execution.claim(worker=9, limit=3, now=timezone.now())
    breakers.open_by_hand(
        workspace=northwind.workspace, tool="memo.write", by="olu", actor=TEST, now=timezone.now()
    )
    assert execution.begin(executions=leased, worker=9, actor=TEST, now=timezone.now()) == []
    assert set(Execution.objects.values_list("state", "claimed_by")) == {("scheduled", None)}


def test_a_person_opens_it_for_good_and_closes_it(northwind: Company, board: Board) -> None:
    given = {"workspace": northwind.workspace, "tool": "memo.write", "actor": TEST, "now": timezone.now()}
    breakers.open_by_hand(by="olu", **given)
    with pytest.raises(breakers.AlreadyOpen):
        breakers.open_by_hand(by="ada", **given)
    approved(northwind, 1)
    assert breakers.half_open_due(timezone.now() + timedelta(days=1)) == 0
    work()
    assert board.calls == []
    breakers.close_by_hand(**given)
    with pytest.raises(breakers.AlreadyClosed):
        breakers.close_by_hand(**given)
    work()
    assert len(board.calls) == 1


@pytest.mark.django_db
def test_a_good_batch_asks_nothing_and_a_bad_one_asks_once_and_reads_its_terms(northwind: Company) -> None:
    rows = approved(northwind, 3)
    good = [execution.Outcome(row, "succeeded") for row in rows]
    bad = [execution.Outcome(row, "failed", failure_class="integration.timeout") for row in rows]
    with CaptureQueriesContext(connection) as asked:
        breakers.note(good, timezone.now())
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as asked:
        breakers.note(bad, timezone.now())
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_only_one_sends_the_canary(northwind: Company, board: Board) -> None:
    trip(northwind, board)
    approved(northwind, 20)
    Execution.objects.filter(state="scheduled").update(due_at=timezone.now() - timedelta(seconds=1))
    pause_is_over()

    def try_it(number: int) -> int:
        try:
            now = timezone.now()
            breakers.half_open_due(now)
            mine = execution.claim(worker=number, limit=10, now=now)
            return len(execution.begin(executions=mine, worker=number, actor=TEST, now=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_it, range(201, 225))) == 1
    assert Execution.objects.filter(state="started").count() == 1
