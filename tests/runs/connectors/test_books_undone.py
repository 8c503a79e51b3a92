"""Many expenses undone in real books: by an order, and because a chain broke."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Proposal
from runs import drain, reversal_orders, reversal_preview, sagas
from runs.models import ReversalOrder, Saga
from tests import builders, expenses
from tests.books import Books
from tests.people import Company

pytestmark = pytest.mark.django_db


def work() -> None:
    drain.drain(linger=0, longest=0)
    sagas.advance_due(now=timezone.now())


def sign(rows: list[Proposal], company: Company) -> None:
    for row in rows:
        row.refresh_from_db()
        (member, *_) = builders.able(row, company.ken, company.maria)
        builders.approve(row, member, at=timezone.now() - timedelta(minutes=5))


def test_real_expenses_are_voided_by_an_order(northwind: Company, books: Books) -> None:
    expenses.open_books("northwind")
    expenses.approved_at_once(northwind.bot, northwind.maria, [1, 2, 3])
    work()
    now = timezone.now()
    scope = reversal_preview.Scope(since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    seen = reversal_preview.look(workspace=northwind.workspace, scope=scope, now=now)
    reversal_orders.place(
        member=northwind.olu, key="a" * 32, seen=seen.fingerprint, scope=scope, reason="wrong account",
        actor=builders.actor_of(northwind.olu), now=now,
    )  # fmt: skip
    reversal_orders.ask_due(now=now - timedelta(minutes=6))
    work()
    sign(list(Proposal.objects.filter(reverses__isnull=False)), northwind)
    work()
    rows = books.rows()
    assert len(rows) == 6 and sum(row["total"] for row in rows) == 0
    assert reversal_orders.told(ReversalOrder.objects.get())[0]["reversed"] == 3


def test_a_broken_chain_of_expenses_is_voided_last_first(northwind: Company, books: Books) -> None:
    expenses.open_books("northwind")
    saga = sagas.begin(
        agent=northwind.bot, key="chain", fingerprint="f", title="Three halves",
        drafts=[expenses.draft(number) for number in (1, 2, 3)], actor=builders.agent_actor(northwind.bot),
        now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip
    work()
    first, second, third = Proposal.objects.filter(saga=saga.id).order_by("saga_step")
    sign([first, second], northwind)
    work()
    work()
    third.refresh_from_db()
    builders.approve(third, northwind.ken, verdict="reject", reason_code="not_justified")
    work()
    work()
    sign(list(Proposal.objects.filter(saga=saga.id, reverses__isnull=False)), northwind)
    for _ in range(3):
        work()
    rows = books.rows()
    assert [row["voids"] for row in rows] == [None, None, rows[1]["id"], rows[0]["id"]]
    assert Saga.objects.get().state == "undone"
