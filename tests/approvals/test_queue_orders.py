"""Deadline, risk and money: each order is total, pages without gap or repeat, and is walked by its own index."""

import re

import pytest
from django.utils import timezone

from approvals.models import Proposal
from approvals.waiting import offers, paging, queue
from approvals.waiting.filters import Filters
from approvals.waiting.places import Place
from tests.approvals.queueing import give, hold, many, no_scan_and_no_sort, page, set_aside, shown, waiting


@pytest.fixture
def four(northwind):
    return {
        "soon": waiting(northwind, hours=1, amount="10.00"),
        "dear": waiting(northwind, hours=4, amount="-900.00"),
        "risky": waiting(northwind, hours=3, amount="20.00", risk="high"),
        "middling": waiting(northwind, hours=2, amount="30.00", risk="medium"),
    }


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("deadline", ["soon", "middling", "risky", "dear"]),
        ("risk", ["risky", "middling", "soon", "dear"]),
        ("money", ["dear", "middling", "risky", "soon"]),
    ],
)
def test_each_order_puts_its_most_urgent_first(northwind, four, order, expected):
    assert shown(northwind.maria, order=order) == [four[name].pk for name in expected]


@pytest.mark.parametrize("order", list(offers.ORDERS))
def test_pages_follow_each_other_in_every_order(northwind, monkeypatch, order):
    monkeypatch.setattr(paging, "PAGE", 3)
    made = {
        waiting(northwind, hours=1 + number // 4, amount=f"{number % 2 + 1}", risk=("low", "high")[number % 3 == 0]).pk
        for number in range(10)
    }  # fmt: skip
    seen, after = [], ""
    for _ in range(4):
        found = page(northwind.maria, Place(order=order, after=after))
        seen += [row.pk for row in found.rows]
        after = found.older
    assert set(seen) == made and len(seen) == 10 and after == ""
    rows = Proposal.objects.in_bulk(seen)
    keys = [tuple(getattr(rows[pk], column) for column in offers.ORDERS[order]) for pk in seen]
    assert keys == sorted(keys)


@pytest.mark.parametrize("order", list(offers.ORDERS))
def test_the_row_after_one_is_the_next_of_its_order_then_the_first(northwind, four, order):
    now, maria = timezone.now(), northwind.maria
    rows = page(maria, Place(order=order)).rows
    for row, below in zip(rows, [*rows[1:], rows[0]], strict=True):
        assert queue.following(maria, Place(order=order), now, row) == below


@pytest.mark.parametrize("order", list(offers.ORDERS))
def test_what_stands_above_a_row_is_counted(northwind, four, order):
    now, maria = timezone.now(), northwind.maria
    for above, row in enumerate(page(maria, Place(order=order)).rows):
        assert queue.newer(maria, Place(order=order), now, row.public_id) == above
    assert queue.newer(maria, Place(order=order), now, "") == 4


def test_views_tell_apart_what_is_mine_given_aside_and_held(northwind):
    maria, ken = northwind.maria, northwind.ken
    free, given, kept, open_elsewhere, elsewhere = (waiting(northwind) for _ in range(5))
    give(given, ken, maria)
    give(elsewhere, maria, ken)
    set_aside(kept, maria)
    hold(open_elsewhere, ken)
    assert set(shown(maria)) == {free.pk, given.pk}
    assert shown(maria, queue.GIVEN) == [given.pk]
    assert shown(maria, queue.ASIDE) == [kept.pk]
    assert shown(maria, queue.HELD) == [open_elsewhere.pk]
    assert len(shown(maria, queue.ALL)) == 5
    assert set(shown(ken)) == {free.pk, kept.pk, open_elsewhere.pk, elsewhere.pk}


def test_what_ran_out_holds_nothing_back(northwind):
    past = timezone.now()
    proposal = waiting(northwind)
    hold(proposal, northwind.ken, until=past)
    set_aside(proposal, northwind.maria, until=past)
    assert shown(northwind.maria) == [proposal.pk]


@pytest.mark.parametrize("who", ["tess", "olu"])
@pytest.mark.parametrize("view", [queue.MINE, queue.SECOND, queue.GIVEN, queue.ASIDE])
def test_who_does_not_review_has_nothing_of_their_own(northwind, who, view):
    waiting(northwind)
    assert shown(northwind.people[who], view) == []


@pytest.mark.parametrize(
    ("order", "index"),
    [("deadline", "queue_by_deadline"), ("risk", "queue_by_risk"), ("money", "queue_by_money")],
)
def test_an_order_walks_its_index_from_any_place(northwind, order, index):
    last = waiting(northwind)
    many(last, 3000)
    no_scan_and_no_sort()
    now, place = timezone.now(), Place(queue.ALL, order=order)
    top = queue.rows_of(northwind.tess, place, now)
    behind = top.filter(queue.compared(place, queue.keyset.BEHIND, top[1000]))
    for rows in (top, behind):
        plan = rows[:31].explain()
        assert index in plan and "Sort" not in plan, plan
    assert "ROW(" in plan.split("Filter:")[0], "the place is where the index begins, not what is passed over"


def test_a_filter_walks_no_further_than_its_window(northwind, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 100)
    many(waiting(northwind), 3000)
    no_scan_and_no_sort()
    for order in offers.ORDERS:
        place = Place(order=order, filters=Filters(workflow="none"))
        plan = queue.rows_of(northwind.maria, place, timezone.now()).explain(analyze=True)
        passed_over = [int(rows) for rows in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
        assert sum(passed_over) <= 110 and "Seq Scan on approvals_proposal" not in plan, plan
