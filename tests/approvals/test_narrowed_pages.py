"""A narrowed page asked in kept words shows what the same place shows to those who take from it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from approvals import ids
from approvals.models import Proposal
from approvals.waiting import narrowing, paging, queue
from approvals.waiting.filters import Filters
from approvals.waiting.places import Place
from tests.approvals.queueing import give, page, set_aside, waiting

LATELY = {"currency": "MYR", "workflow": "50 %", "risk": "high", "round": 2, "quorum": 2}
WANTED = (
    Filters(currency="MYR"), Filters(workflow="50 %"), Filters(tool="memo.write"), Filters(risk="high"),
    Filters(two=True), Filters(again=True), Filters(due="3d"), Filters(due="1h", currency="MYR"),
    Filters(least=Decimal(20)), Filters(most=Decimal(20)), Filters(gate="rollout stage"),
    Filters(least=Decimal(5), most=Decimal("40.00"), tool="memo.write", risk="low"),
)  # fmt: skip


@pytest.fixture
def queued(northwind):
    """Rows of every kind: given away, set aside, signed for a second time, of odd names."""
    for number, title in enumerate(["Chairs", "100% wool", "a_b", "axb", "O'Brien \\ Söhne", "Ends in %s"]):
        waiting(northwind, title, hours=0.5 + number * 20, amount=f"{10 * number}.00")
        waiting(northwind, title, hours=1 + number * 20, amount=f"-{10 * number}.00", party=title, **LATELY)
    first, second, third = Proposal.objects.order_by("-expires_at")[:3]
    give(first, northwind.tess, northwind.ken)
    give(second, northwind.tess, northwind.maria)
    set_aside(third, northwind.maria)
    return northwind


def agrees(member, place: Place) -> int:
    now = timezone.now()
    expected = list(queue.rows_of(member, place, now).values_list("pk", flat=True))
    found = paging.page(member, place, now)
    assert [row.pk for row in found.rows] == expected, place
    assert found.matching == len(expected), place
    assert found.windowed == (queue.window(member, place, now) is not None), place
    return len(expected)


@pytest.mark.parametrize("order", ["deadline", "risk", "money"])
def test_every_filter_in_every_view(queued, order):
    of_bot = Filters(agent=ids.show("agent", queued.bot.pk))
    found = [
        agrees(queued.maria, Place(view, order=order, filters=wanted))
        for view in queue.VIEWS
        for wanted in (*WANTED, of_bot)
    ]
    assert sum(found) > 100


@pytest.mark.parametrize(
    "text", ["chairs", "100%", "%", "a_b", "_", "\\", "O'Brien", "%s", "söhne", "memo:", " x "]
)
def test_every_word_is_taken_as_it_is(queued, monkeypatch, text):
    for window in (queue.WINDOW, 3):
        monkeypatch.setattr(queue, "WINDOW", window)
        for view in (queue.MINE, queue.ALL, queue.SECOND):
            agrees(queued.maria, Place(view, search=text))
            agrees(queued.maria, Place(view, search=text, order="money", filters=Filters(risk="high")))


def test_a_percent_sign_finds_only_percent_signs(queued):
    found = [row.headline for row in page(queued.maria, Place(search="100%")).rows]
    assert len(found) == 2 and all("100%" in headline for headline in found)


def test_an_exact_subject_is_found_behind_the_window(queued, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 1)
    far = waiting(queued, "Far", hours=500)
    assert agrees(queued.maria, Place(search=far.subject)) == 1
    assert [row.pk for row in page(queued.maria, Place(search=far.subject)).rows] == [far.pk]


def test_a_whole_id_finds_its_row_alone(queued):
    row = Proposal.objects.latest("expires_at")
    assert [other.pk for other in page(queued.tess, Place(queue.ALL, search=row.public_id)).rows] == [row.pk]


def test_what_was_typed_makes_no_statement_of_its_own(queued):
    narrowing.near.cache_clear()
    for text in ("one", "another", "a third"):
        page(queued.maria, Place(search=text, filters=Filters(workflow=text, least=Decimal(len(text)))))
    assert narrowing.near.cache_info().currsize == 1
