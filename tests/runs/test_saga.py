"""Several writes as one: in order, as strict as the strictest, and undone in reverse order before the pivot."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from approvals.models import LedgerEntry, Proposal
from approvals.tools import Refused, Unknown
from exceptions import amendments, intake
from exceptions.models import Occurrence
from runs import execution, sagas
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import signed_in
from tests.memo import Board
from tests.people import Company
from tests.runs.chains import a_saga, effects, sign, state, steps, undoings, work

pytestmark = pytest.mark.django_db


def test_a_step_runs_only_after_the_one_before_it_succeeded(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo", "memo")
    first, second, third = steps(saga)
    sign(third, northwind.maria)
    sign(second, northwind.maria)
    work()
    assert board.calls == [] and effects(saga) == ["", "scheduled", "scheduled"]
    sign(first, northwind.maria)
    work()
    work()
    work()
    assert effects(saga) == ["succeeded"] * 3 and state(saga) == "succeeded"
    assert [row["title"] for row in board.written.values()] == [
        row.arguments["title"] for row in (first, second, third)
    ]


def test_steps_about_the_same_subject_do_not_hold_each_other(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo", subject="memo:same")
    for row in reversed(steps(saga)):
        sign(row, northwind.maria)
    for _ in range(4):
        work()
        for row in steps(saga):  # the second finds the board as the first left it, and is asked again
            row.refresh_from_db()
            if row.state == "pending":
                sign(row, northwind.ken)
    assert effects(saga) == ["succeeded", "succeeded"]


def test_the_database_refuses_a_step_before_its_turn(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    sign(steps(saga)[1], northwind.maria)
    early = Execution.objects.get()
    with pytest.raises(IntegrityError, match="not the turn"), transaction.atomic():
        Execution.objects.filter(pk=early.pk).update(state="started", attempts=1)


def test_a_chain_takes_its_highest_impact_class(northwind: Company) -> None:
    """AISVS 9.2.10."""
    saga = a_saga(northwind.bot, "memo", "letter", "memo")
    rows = steps(saga)
    assert {row.quorum for row in rows} == {2} and {row.risk for row in rows} == {"medium"}
    assert {row.ruling for row in rows} == {"ask"} and saga.pivot == 2
    assert rows[0].rulings[-1]["gate"] == "chain"


def test_a_step_that_fails_before_the_pivot_has_those_before_it_undone_in_reverse(
    northwind: Company, board: Board
) -> None:
    saga = a_saga(northwind.bot, "memo", "memo", "memo")
    for row in steps(saga)[:2]:
        sign(row, northwind.maria)
    work()
    work()
    third = steps(saga)[2]
    builders.approve(third, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    assert state(saga) == "compensating"
    later, earlier = undoings(saga)
    assert (later.saga_step, earlier.saga_step) == (2, 1)
    assert not (later.blames or earlier.blames)  # the third was rejected: nobody said that these were wrong
    sign(earlier, northwind.ken)
    work()
    assert len(board.written) == 2  # the later one goes first
    sign(later, northwind.ken)
    work()
    work()
    work()
    assert board.written == {} and state(saga) == "undone"
    kinds = LedgerEntry.objects.filter(kind__startswith="saga.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["saga.begun", "saga.turned", "saga.settled"]


def test_what_still_waits_is_taken_from_the_queue_when_a_step_is_rejected(northwind: Company) -> None:
    saga = a_saga(northwind.bot, "memo", "memo", "memo")
    _, second, third = steps(saga)
    sign(third, northwind.maria)
    builders.approve(second, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    assert state(saga) == "undone" and effects(saga) == ["", "", ""]
    assert [row.state for row in steps(saga)] == ["withdrawn", "rejected", "withdrawn"]


def test_a_failure_after_the_pivot_is_somebodys_case_and_goes_forward(
    northwind: Company, board: Board
) -> None:
    saga = a_saga(northwind.bot, "letter", "memo")
    first, second = steps(saga)
    sign(first, northwind.maria, northwind.ken)
    work()
    builders.approve(second, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    assert state(saga) == "halfway" and undoings(saga) == []
    assert Occurrence.objects.get().case.failure_class.code == "saga.halfway"


def test_a_failed_step_after_the_pivot_can_be_tried_again(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "letter", "memo")
    first, second = steps(saga)
    sign(first, northwind.maria, northwind.ken)
    work()
    sign(second, northwind.maria, northwind.ken)
    board.trouble.append(Refused("posting.refused", "not today"))
    work()
    assert effects(saga) == ["succeeded", "failed"] and state(saga) == "running"
    execution.retry(
        execution=Execution.objects.get(proposal=second), by=northwind.olu.user_id,
        actor=builders.actor_of(northwind.olu), now=timezone.now(),
    )  # fmt: skip
    work()
    assert state(saga) == "succeeded"


def test_an_undoing_that_is_refused_is_somebodys_case(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    first, second = steps(saga)
    sign(first, northwind.maria)
    work()
    builders.approve(second, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    (undoing,) = undoings(saga)
    builders.approve(undoing, northwind.ken, verdict="reject", reason_code="other", note="leave it")
    work()
    assert state(saga) == "halfway" and len(board.written) == 1
    assert Occurrence.objects.get().facts["code"] == "saga.halfway"


def test_a_whole_chain_is_undone_by_a_person_who_does_not_sign(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    for row in steps(saga):
        sign(row, northwind.maria)
    work()
    work()
    assert state(saga) == "succeeded"
    actor = builders.actor_of(northwind.ada)
    sagas.undo(
        saga=saga, member=northwind.ada, reason="wrong month", actor=actor, now=timezone.now(), wrong=True
    )
    rows = undoings(saga)
    assert all(row.blames for row in rows)  # each counts against the agent
    assert [row.saga_step for row in rows] == [2, 1]
    assert {row.proposed_by_id for row in rows} == {northwind.ada.user_id}
    for row in rows:
        sign(row, northwind.ken)
    work()
    work()
    work()
    assert board.written == {} and state(saga) == "undone"


def test_an_unknown_step_is_waited_for(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    first, second = steps(saga)
    sign(first, northwind.maria)
    board.trouble.append(Unknown("outcome.unknown", "cut off"))
    board.deaf = True
    work()
    builders.approve(second, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    assert state(saga) == "running" and effects(saga)[0] == "unknown"


def test_an_amended_step_stays_a_step_as_strict_as_before(northwind: Company, board: Board) -> None:
    saga = a_saga(northwind.bot, "letter", "memo")
    first, second = steps(saga)
    sign(first, northwind.maria, northwind.ken)
    work()
    sign(second, northwind.maria, northwind.ken)
    board.trouble.append(Refused("posting.refused", "not like this"))
    work()
    occurrence = Occurrence.objects.select_related("case__failure_class", "proposal").get()
    new = amendments.amend(
        occurrence=occurrence, member=northwind.olu, note="", actor=builders.actor_of(northwind.olu),
        arguments=second.arguments | {"amount": "9.00"}, now=timezone.now(),
    )  # fmt: skip
    assert (new.saga, new.saga_step, new.quorum, new.risk) == (saga.id, 2, 2, "medium")
    sign(new, northwind.maria, northwind.ken)
    work()
    assert state(saga) == "succeeded"


def test_steps_belong_to_their_saga_for_ever(northwind: Company) -> None:
    row = steps(a_saga(northwind.bot, "memo", "memo"))[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(saga_step=2)


def test_a_failed_step_of_a_chain_that_is_being_undone_is_not_tried_again(
    northwind: Company, board: Board
) -> None:
    saga = a_saga(northwind.bot, "memo", "memo")
    first, second = steps(saga)
    for row in (first, second):
        sign(row, northwind.maria)
    work()
    board.trouble.append(Refused("posting.refused", "not today"))
    work()
    work()
    assert effects(saga) == ["succeeded", "failed"] and state(saga) == "compensating"
    failed = Execution.objects.get(proposal=second)
    with pytest.raises(execution.BeingUndone):
        execution.retry(
            execution=failed, by=northwind.olu.user_id, actor=builders.actor_of(northwind.olu), now=timezone.now()
        )  # fmt: skip
    page = signed_in(northwind.olu).post(f"/w/northwind/executions/{failed.public_id}/retry/", follow=True)
    assert "is being undone, or was: it is not tried again" in page.text
    failed.refresh_from_db()
    assert failed.state == "failed"


@pytest.mark.django_db(transaction=True)
def test_two_chains_about_the_same_subjects_in_another_order_never_wait_for_each_other(
    northwind: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_began, receive = threading.Barrier(2), intake.receive

    def slowly(**given: Any) -> Any:
        proposal = receive(**given)
        with suppress(threading.BrokenBarrierError):
            both_began.wait(0.5)  # it breaks where one waits for the other, as it should
        return proposal

    def begin(*subjects: str) -> int:
        try:
            drafts = [builders.a_draft(tool="memo.write", subject=subject) for subject in subjects]
            return sagas.begin(
                agent=northwind.bot, key="/".join(subjects), fingerprint="f", title="A chain", drafts=drafts,
                actor=builders.agent_actor(northwind.bot), now=timezone.now(),
            ).steps  # fmt: skip
        finally:
            connection.close()

    monkeypatch.setattr(intake, "receive", slowly)
    with ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(begin, *subjects) for subjects in (("a:1", "a:2"), ("a:2", "a:1"))]
        assert [future.result(20) for future in begun] == [2, 2]
