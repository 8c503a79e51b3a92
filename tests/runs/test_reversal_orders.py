"""Undoing many at once: looked at, confirmed, asked one by one, signed by somebody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from approvals.models import Proposal
from runs import drain, reversal, reversal_orders, reversal_preview
from runs.models import Execution, ReversalLine, ReversalOrder
from runs.reversal_preview import Scope
from tests import builders, lanes
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db


def today() -> Scope:
    return Scope(since=timezone.now() - timedelta(hours=1), until=timezone.now() + timedelta(hours=1))


def work() -> None:
    drain.drain(linger=0, longest=0)


def memos(company: Company, many: int, **changes: object) -> None:
    for _ in range(many):
        builders.an_approved(company.bot, company.maria, **changes)
        work()


def look(company: Company, scope: Scope | None = None) -> reversal_preview.Preview:
    return reversal_preview.look(workspace=company.workspace, scope=scope or today(), now=timezone.now())


def order(
    company: Company, key: str = "a" * 32, scope: Scope | None = None, wrong: bool = False
) -> ReversalOrder:
    scope = scope or today()
    return reversal_orders.place(
        member=company.olu, key=key, seen=look(company, scope).fingerprint, scope=scope, reason="a wrong rule",
        actor=builders.actor_of(company.olu), now=timezone.now(), wrong=wrong,
    )  # fmt: skip


def asked(of: ReversalOrder) -> list[Proposal]:
    return list(Proposal.objects.filter(reversal_order=of.id).order_by("id"))


def test_a_stretch_of_time_is_undone_newest_first_with_its_sums(northwind: Company, board: Board) -> None:
    memos(northwind, 3)
    written = list(Execution.objects.order_by("finished_at", "id"))
    found = look(northwind)
    assert found.sums == "EUR 30.00" and found.left_out == []
    placed = order(northwind)
    assert reversal_orders.ask_due(now=timezone.now() - timedelta(minutes=6)) == 3
    rows = asked(placed)
    assert [row.reverses for row in rows] == [row.id for row in reversed(written)]
    assert {row.proposed_by_id for row in rows} == {northwind.olu.user_id}
    for row in rows:
        builders.approve(row, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    assert board.written == {}
    counts, _ = reversal_orders.told(ReversalOrder.objects.get())
    assert (counts["asked"], counts["decided"], counts["reversed"], counts["failed"]) == (3, 3, 3, 0)


def test_many_undone_because_they_were_wrong_let_the_lane_fall(northwind: Company, board: Board) -> None:
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    for number in range(2):
        builders.a_proposal(northwind.bot, observed=False, title=f"Chairs {number}")
        work()
        work()
    assert Execution.objects.filter(state="succeeded").count() == 2
    order(northwind, wrong=True)
    reversal_orders.ask_due(now=timezone.now() - timedelta(minutes=6))
    for row in Proposal.objects.filter(reversal_order__isnull=False):
        builders.approve(row, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    lane.refresh_from_db()
    assert (lane.stage, lane.stays.latest("id").cause) == ("assisted", "harm")


def test_confirmed_twice_is_one_order_asked_twice_is_asked_once(northwind: Company, board: Board) -> None:
    memos(northwind, 2)
    first, scope = order(northwind), today()
    again = reversal_orders.place(
        member=northwind.olu, key="a" * 32, seen="", scope=scope, reason="again",
        actor=builders.actor_of(northwind.olu), now=timezone.now(),
    )  # fmt: skip
    assert again == first and ReversalLine.objects.count() == 2
    assert [reversal_orders.ask_due(now=timezone.now()) for _ in range(2)] == [2, 0]
    assert len(asked(first)) == 2 and ReversalOrder.objects.get().state == "asked"


def test_what_was_not_looked_at_is_not_ordered(northwind: Company, board: Board) -> None:
    memos(northwind, 1)
    seen = look(northwind).fingerprint
    memos(northwind, 1)
    with pytest.raises(reversal_orders.PreviewChanged) as changed:
        reversal_orders.place(
            member=northwind.olu, key="b" * 32, seen=seen, scope=today(), reason="x",
            actor=builders.actor_of(northwind.olu), now=timezone.now(),
        )  # fmt: skip
    assert len(changed.value.preview.lines) == 2 and not ReversalOrder.objects.exists()


def test_two_orders_about_the_same_ask_once(northwind: Company, board: Board) -> None:
    memos(northwind, 1)
    order(northwind, "a" * 32)
    order(northwind, "b" * 32)
    reversal_orders.ask_due(now=timezone.now())
    assert Proposal.objects.filter(reverses__isnull=False).count() == 1
    assert ReversalLine.objects.exclude(why_not="").get().why_not.startswith("Undone already")


def test_what_cannot_be_undone_says_why(northwind: Company, board: Board) -> None:
    memos(northwind, 1)
    reversal.propose(
        execution=Execution.objects.get(), member=northwind.maria, reason="x",
        actor=builders.actor_of(northwind.maria), now=timezone.now(),
    )  # fmt: skip
    builders.an_approved(northwind.bot, northwind.maria)
    reasons = dict(look(northwind).reasons)
    assert reasons == {
        "Undone already, or asked to be": 1, "In flight: it is not known yet what becomes of it": 1,
    }  # fmt: skip


def test_a_later_write_on_the_same_target_goes_first(northwind: Company, board: Board) -> None:
    memos(northwind, 1, subject="memo:x")
    cut = timezone.now()
    memos(northwind, 1, subject="memo:x")
    narrow = Scope(since=cut - timedelta(hours=1), until=cut)
    assert dict(look(northwind, narrow).reasons) == {
        "A later write on the same target has to be undone first": 1
    }
    assert [len(part) for part in (look(northwind).lines, look(northwind).left_out)] == [2, 0]


def test_an_order_takes_so_many_and_leaves_the_rest_to_another(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reversal_preview, "MOST", 2)
    memos(northwind, 3)
    found = look(northwind)
    assert (len(found.lines), found.more) == (2, 1)


def test_what_one_order_asks_can_be_answered_together(northwind: Company, board: Board) -> None:
    memos(northwind, 3)
    placed = order(northwind)
    reversal_orders.ask_due(now=timezone.now())
    cohorts = {row.cohort for row in asked(placed)}
    assert len(cohorts) == 1 and "" not in cohorts


def test_a_run_is_undone_and_nothing_else(northwind: Company, board: Board) -> None:
    run = uuid4()
    memos(northwind, 1, run=run)
    memos(northwind, 1)
    assert [row.proposal.run for row in look(northwind, Scope(run=run)).lines] == [run]


def test_nobody_undoes_across_workspaces(northwind: Company, harbour: Company, board: Board) -> None:
    memos(northwind, 1)
    assert look(harbour).lines == []
