"""Two writes that touch the same go one after the other, in the order of their approval; others go on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import tools
from approvals.actors import worker
from runs import drain, execution, unknowns
from runs.models import Execution
from tests import builders
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db
TICK = worker("tick")


def two_of_one_target(northwind: Company) -> tuple[Execution, Execution]:
    first = builders.an_approved(northwind.bot, northwind.maria, subject="invoice:7", title="First")
    second = builders.an_approved(northwind.bot, northwind.maria, subject="invoice:7", title="Second")
    return Execution.objects.get(proposal=first), Execution.objects.get(proposal=second)


def claim(number: int = 7) -> list[Execution]:
    return execution.claim(worker=number, limit=10, now=timezone.now())


def finish(row: Execution, state: str = "succeeded", number: int = 7) -> None:
    [begun] = execution.begin(executions=[row], worker=number, actor=TICK, now=timezone.now())
    receipt = {"reference": "memo:1", "data": {}} if state == "succeeded" else None
    outcome = execution.Outcome(
        begun, state, receipt=receipt, failure_class="integration.refused", message="no"
    )
    execution.record(outcomes=[outcome], worker=number, actor=TICK, now=timezone.now())


def test_the_database_names_the_target(northwind: Company) -> None:
    first, second = two_of_one_target(northwind)
    assert first.target == second.target == f"{northwind.workspace.pk}:memo:invoice:7"


def test_a_write_about_nothing_in_particular_waits_for_nobody(northwind: Company) -> None:
    for _ in range(2):
        builders.an_approved(northwind.bot, northwind.maria, subject="")
    assert [row.target for row in Execution.objects.all()] == ["", ""]
    assert len(claim()) == 2


def test_the_same_subject_of_two_workspaces_is_two_targets(northwind: Company, harbour: Company) -> None:
    builders.an_approved(northwind.bot, northwind.maria, subject="invoice:7")
    builders.an_approved(harbour.bot, harbour.dana, subject="invoice:7")
    assert len(claim()) == 2


@pytest.mark.parametrize("ending", ["succeeded", "failed"])
def test_the_second_waits_until_the_first_is_settled(northwind: Company, ending: str) -> None:
    first, second = two_of_one_target(northwind)
    assert claim() == [first]
    assert claim(8) == []
    finish(Execution.objects.get(pk=first.pk), ending)
    assert claim(8) == [second]


def test_what_may_have_happened_holds_back_the_next(northwind: Company, board: Board) -> None:
    first, second = two_of_one_target(northwind)
    board.trouble, board.deaf = [tools.Unknown("outcome.unknown", "cut off")], True
    drain.drain(linger=0, longest=0)
    assert claim() == []
    row = Execution.objects.select_related("proposal", "workspace").get(pk=first.pk)
    by, actor = northwind.olu.user_id, builders.actor_of(northwind.olu)
    unknowns.reconcile(
        row=row, written=True, reference="memo:1", reason="seen", by=by, actor=actor, now=timezone.now()
    )
    assert claim() == [second]


def test_one_in_its_undo_window_holds_back_a_later_one(northwind: Company) -> None:
    first, _ = two_of_one_target(northwind)
    Execution.objects.filter(pk=first.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert claim() == []


def test_a_retry_keeps_its_place(northwind: Company, board: Board) -> None:
    first, _ = two_of_one_target(northwind)
    board.trouble = [tools.Transient("integration.timeout", "no answer", after=60)]
    drain.drain(linger=0, longest=0)
    assert claim() == []
    Execution.objects.filter(pk=first.pk).update(due_at=timezone.now())
    assert claim() == [first]


def test_two_calls_to_one_target_are_never_out_at_once(northwind: Company) -> None:
    """Even where a second worker claimed before the first approval could be seen: the database begins one of them."""
    _, second = two_of_one_target(northwind)
    [mine] = claim()
    Execution.objects.filter(pk=second.pk).update(claimed_by=8, lease_epoch=1)
    theirs = Execution.objects.select_related("proposal__agent", "workspace").get(pk=second.pk)
    assert execution.begin(executions=[theirs], worker=8, actor=TICK, now=timezone.now()) == [theirs]
    assert execution.begin(executions=[mine], worker=7, actor=TICK, now=timezone.now()) == []
    mine.refresh_from_db()
    assert (mine.state, mine.claimed_by) == ("scheduled", None)
    assert mine.due_at > timezone.now()


def test_a_write_keeps_its_target(northwind: Company) -> None:
    first, _ = two_of_one_target(northwind)
    with pytest.raises(IntegrityError, match="keeps its target"), transaction.atomic():
        Execution.objects.filter(pk=first.pk).update(target="elsewhere")


def test_a_drain_writes_them_in_order(northwind: Company, board: Board) -> None:
    rows = two_of_one_target(northwind)
    drain.drain(linger=0)
    assert board.calls == [row.write_key for row in rows]
