"""Counts are those of the lists they stand beside, cost the same however much waits, and come alone when asked for."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.waiting import paging, queue, saved_views, view_counts
from approvals.waiting.filters import Filters
from approvals.waiting.places import Place
from approvals.waiting.view_counts import Counts, counts, in_places
from tests import builders
from tests.approvals.queueing import give, hold, set_aside, shown, waiting
from tests.approvals.reviewing import queue as queue_url
from tests.approvals.reviewing import signed_in


@pytest.fixture
def some_of_each(northwind, two_must_sign):
    maria, ken = northwind.maria, northwind.ken
    free, given, kept, open_elsewhere, signed, own = (waiting(northwind) for _ in range(6))
    give(given, ken, maria)
    set_aside(kept, maria)
    hold(open_elsewhere, ken)
    builders.approve(signed, ken)
    builders.approve(own, maria)
    return free, given, kept, open_elsewhere, signed, own


def test_every_count_is_the_length_of_its_list(northwind, some_of_each):
    for member in northwind.people.values():
        found = counts(member, timezone.now())
        for name in queue.VIEWS.keys() - {queue.SETTLED}:
            assert getattr(found, name) == len(shown(member, name)), (member, name)
    assert counts(northwind.maria, timezone.now()) == Counts(3, 1, 1, 6, 1, 1)


def test_beyond_the_cap_second_and_given_are_still_counted(northwind, some_of_each, monkeypatch):
    monkeypatch.setattr(view_counts, "CAP", 1)
    monkeypatch.setattr(view_counts, "FEW", 2)
    found = counts(northwind.maria, timezone.now())
    assert (found.mine, found.second, found.given, found.all) == (3, 1, 1, 2)
    assert (found.told("mine"), found.told("second")) == ("2+", "1")


def test_saved_views_are_counted_as_their_lists(northwind, some_of_each):
    member, now = northwind.maria, timezone.now()
    places = [
        Place(),
        Place(queue.ALL, filters=Filters(two=True)),
        Place(queue.ALL),
        Place(queue.ASIDE),
        Place(queue.SETTLED),
        Place(queue.SECOND, order="money"),
        Place(queue.GIVEN, search="chairs"),
        Place(search="nothing like it"),
        Place(queue.HELD),
    ]
    figures = in_places(member, places, now)
    assert figures[4] == "" and figures[-1] == "1"
    for place, figure in zip(places, figures, strict=True):
        if place.view != queue.SETTLED:
            assert figure == str(len(paging.page(member, place, now).rows)), place


def test_saved_views_are_counted_over_a_window(northwind, monkeypatch):
    monkeypatch.setattr(queue, "WINDOW", 2)
    for hours in (1, 2, 3):
        waiting(northwind, hours=hours)
    assert in_places(northwind.maria, [Place(), Place(filters=Filters(risk="high"))], timezone.now()) == [
        "2+",
        "0+",
    ]


def test_saved_views_are_counted_in_one_query(northwind):
    member, now = northwind.maria, timezone.now()
    waiting(northwind)
    for many in (1, 12):
        places = [Place(filters=Filters(risk="high", again=number % 2 == 0)) for number in range(many)]
        with CaptureQueriesContext(connection) as asked:
            in_places(member, places, now)
        assert len(asked) == 1


def fragment(client, **query):
    return client.get(reverse("review-counts", args=["northwind"], query=query)).text


def test_counts_come_alone_with_what_is_new_above(northwind):
    maria = signed_in(northwind.maria)
    first = waiting(northwind, hours=5)
    saved_views.keep(member=northwind.maria, name="Risky", query={"risk": "high"}, now=timezone.now())
    text = fragment(maria, view="mine", top=first.public_id)
    assert (
        '<b data-figure="mine">1</b>' in text
        and '<b data-figure="newer"></b>' in text
        and "<html" not in text
    )
    waiting(northwind, hours=1, risk="high")
    waiting(northwind, hours=9)
    text = fragment(maria, view="mine", top=first.public_id)
    assert '<b data-figure="newer">1 new above: show</b>' in text and '<b data-figure="rail">3</b>' in text
    view = saved_views.own(northwind.maria).get()
    assert f'<b data-figure="saved-{view.pk}">1</b>' in text


def test_on_an_empty_list_everything_is_new(northwind):
    waiting(northwind)
    assert '<b data-figure="newer">1 new: show</b>' in fragment(signed_in(northwind.maria), view="mine")


@pytest.mark.parametrize("name", ["review-counts", "review-rows", "review-filters"])
def test_strangers_get_no_figures(northwind, harbour, client, name):
    path = reverse(name, args=["northwind"])
    assert signed_in(harbour.dana).get(path).status_code == 404
    assert client.get(path).url.startswith(reverse("sign-in"))
    assert signed_in(northwind.maria).post(path).status_code == 405


def test_the_rows_come_alone_beside_what_is_open(northwind):
    first, second = waiting(northwind, hours=1), waiting(northwind, hours=2)
    path = reverse("review-rows", args=["northwind"], query={"view": "mine", "open": second.public_id})
    text = signed_in(northwind.maria).get(path).text
    rows = re.findall(r'id="row-(\w+)" href="[^"]*"( aria-current="true")?>', text)
    assert rows == [(first.public_id, ""), (second.public_id, ' aria-current="true"')]
    assert "<html" not in text and 'class="item-body"' not in text


def test_a_page_of_sixty_costs_as_many_queries_as_one_of_one(northwind, two_must_sign):
    maria = signed_in(northwind.maria)
    saved_views.keep(member=northwind.maria, name="Risky", query={"risk": "high"}, now=timezone.now())

    def cost(**query):
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert maria.get(reverse("review-rows", args=["northwind"], query=query)).status_code == 200
        return len(asked)

    def costs():
        return [
            cost(**query)
            for query in ({}, {"risk": "low"}, {"q": "chairs"}, {"view": "all"}, {"view": "settled"})
        ]

    first = waiting(northwind)
    costs()  # which tools there are is asked once, whatever the page
    few = costs()
    for number in range(59):
        proposal = builders.a_proposal(northwind.bot)
        if number % 3 == 0:
            hold(proposal, northwind.ken)
            set_aside(proposal, northwind.maria)
            give(proposal, northwind.ken, northwind.maria)
    assert costs() == few and max(few) <= 17
    assert first.public_id in maria.get(queue_url()).text
