"""Filters come from the address, leave out what they say, look through a bounded part, and say so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from approvals import actors, agents, ids
from approvals.waiting import filters_form, queue
from approvals.waiting.filters import Filters, ends
from approvals.waiting.places import Place
from tests import builders
from tests.approvals.queueing import page, shown, waiting
from tests.approvals.reviewing import queue as queue_url
from tests.approvals.reviewing import signed_in


def clerk(company):
    return agents.add_agent(
        workspace=company.workspace, name="clerk", version="2", tools=["memo.write"],
        actor=actors.worker("test"), now=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "columns"),
    [
        ({"tool": "memo.other"}, {"tool": "memo.other"}),
        ({"risk": "high"}, {"risk": "high"}),
        ({"currency": "MYR"}, {"currency": "MYR"}),
        ({"workflow": "expenses"}, {"workflow": "expenses"}),
        ({"two": True}, {"quorum": 2}),
        ({"again": True}, {"round": 2}),
        ({"gate": "confidence"}, {"rulings": [{"gate": "confidence", "ruling": "ask", "reason": "low"}]}),
    ],
)
@pytest.mark.parametrize("order", ["deadline", "risk", "money"])
def test_a_filter_leaves_only_what_it_says(northwind, wanted, columns, order):
    waiting(northwind)
    if "tool" in columns:  # what was proposed never changes, so another tool has to be none that exists
        assert shown(northwind.maria, order=order, **wanted) == []
        return
    other = waiting(northwind, **columns)
    assert shown(northwind.maria, order=order, **wanted) == [other.pk]


def test_a_gate_that_was_content_is_no_reason_to_wait(northwind):
    waiting(northwind)
    assert len(shown(northwind.maria, gate="rollout stage")) == 1
    assert shown(northwind.maria, gate="duplicate") == []


def test_the_agent_is_found_by_its_id(northwind):
    waiting(northwind)
    theirs = builders.a_proposal(clerk(northwind))
    assert shown(northwind.maria, agent=ids.show("agent", theirs.agent_id)) == [theirs.pk]


def test_amounts_count_without_their_sign_and_nothing_is_no_amount(northwind):
    small, back = waiting(northwind, amount="10.00"), waiting(northwind, amount="-50.00")
    waiting(northwind, amount=None)
    assert shown(northwind.maria, least=Decimal(20)) == [back.pk]
    assert shown(northwind.maria, most=Decimal(20)) == [small.pk]
    assert set(shown(northwind.maria, least=Decimal(10), most=Decimal(50))) == {small.pk, back.pk}
    assert shown(northwind.maria, least=Decimal(10), currency="MYR") == []


def test_due_means_within_the_hour_today_or_three_days(northwind):
    soon, week = waiting(northwind, hours=0.5), waiting(northwind, hours=24 * 7)
    assert shown(northwind.maria, due="1h") == [soon.pk]
    assert week.pk not in shown(northwind.maria, due="3d")
    assert set(shown(northwind.maria)) == {soon.pk, week.pk}


def test_today_ends_with_the_day_of_the_workspace():
    late = timezone.now().replace(hour=23, minute=30)
    with timezone.override("Asia/Kuala_Lumpur"):
        assert ends(Filters(due="today"), late) - late == timedelta(hours=16, minutes=30) - timedelta(
            seconds=late.second, microseconds=late.microsecond
        )


def test_filters_work_together_with_search_and_orders(northwind):
    wanted = waiting(northwind, "Chairs for Bakery", risk="high", amount="40.00")
    waiting(northwind, "Chairs for Bakery", amount="41.00")
    waiting(northwind, "Tables", risk="high")
    for order in ("deadline", "risk", "money"):
        assert shown(northwind.maria, search="bakery", risk="high", order=order) == [wanted.pk]


def test_a_filter_looks_through_a_bounded_part_and_says_so(northwind, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 1)
    near, _ = waiting(northwind, hours=1, currency="MYR"), waiting(northwind, hours=2, currency="MYR")
    found = page(northwind.maria, Place(filters=Filters(currency="MYR")))
    assert [row.pk for row in found.rows] == [near.pk] and found.windowed and found.matching == 1
    text = signed_in(northwind.maria).get(queue_url(currency="MYR")).text
    assert "Looked through the 1 most urgent" in text
    assert "Looked through" not in signed_in(northwind.maria).get(queue_url()).text


def test_what_an_index_leads_to_is_found_anywhere(northwind, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 1)
    waiting(northwind, hours=1)
    far = waiting(northwind, hours=2, risk="high", quorum=2)
    for wanted in ({"risk": "high"}, {"risk": "high", "due": "3d"}, {"two": True}):
        found = page(northwind.maria, Place(filters=Filters(**wanted)))
        assert [row.pk for row in found.rows] == [far.pk] and not found.windowed, wanted


@pytest.mark.parametrize(
    "address",
    [
        "risk=extreme&due=never&gate=mood&order=luck&view=theirs",
        "agent=agent_1&agent=prop_" + "0" * 32,
        "least=abc&most=-5&currency=euro",
        "least=1e9999&most=NaN&q=%00",
        "tool=" + "x" * 100 + "&workflow=" + "y" * 100,
    ],
)
def test_what_makes_no_sense_is_left_out(northwind, address):
    place = filters_form.read(QueryDict(address), northwind.maria)
    assert place == Place()
    assert signed_in(northwind.maria).get(f"{queue_url()}?{address}").status_code == 200


def test_an_address_tells_the_whole_place_and_no_more(northwind):
    address = (
        "view=all&q=chairs&order=risk&tool=memo.write&risk=high&least=5.50&most=10&currency=EUR&due=today&"
        "gate=amount&workflow=expenses&two=1&again=1"
    )
    place = filters_form.read(QueryDict(address), northwind.maria)
    assert place.query() == dict(QueryDict(address).items())
    assert filters_form.read(place.query(), northwind.maria) == place
    assert Place().query() == {"view": "mine"}


def test_each_filter_that_is_on_has_a_way_off(northwind):
    waiting(northwind, risk="high")
    text = signed_in(northwind.maria).get(queue_url(risk="high", least="5", currency="EUR", q="Chairs")).text
    for label in ("High risk", "EUR from 5", "“Chairs”"):
        assert f'<span class="vh">Without: </span>{label}' in text
    assert "currency=EUR&amp;q=Chairs" not in text and "q=Chairs&amp;risk=high" in text
    assert "1 of this tab match" in text


def test_the_panel_opens_without_the_script(northwind):
    builders.a_proposal(clerk(northwind))
    text = signed_in(northwind.maria).get(queue_url(panel="1", risk="high")).text
    assert '<option value="high" selected>High risk</option>' in text and ">clerk</option>" in text
    assert "Choose filters" in signed_in(northwind.maria).get(queue_url()).text


def test_another_houses_agent_has_no_name_here(northwind, harbour):
    waiting(northwind)
    theirs = ids.show("agent", harbour.bot.id)
    harbour.bot.name = "secret-bot"
    harbour.bot.save()
    text = signed_in(northwind.maria).get(queue_url(agent=theirs, panel="1")).text
    assert "secret-bot" not in text and "By an unknown agent" in text


def test_search_finds_parties(northwind):
    chairs = waiting(northwind, party="Gardenia Bakeries")
    waiting(northwind, "Tables")
    assert shown(northwind.maria, search="bakeries") == [chairs.pk]
