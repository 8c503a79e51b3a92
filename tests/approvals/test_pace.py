"""Beyond the hourly limit the page slows down; it never denies."""

from datetime import timedelta

import pytest

from approvals.models import Membership, Workspace
from approvals.oversight import pace
from tests.approvals.reviewing import answer, signed_in, url
from tests.builders import a_proposal, approve, now


@pytest.fixture
def limited(northwind):
    Workspace.objects.filter(pk=northwind.workspace.pk).update(hourly_limit=2)
    for _ in range(3):
        approve(a_proposal(northwind.bot), northwind.maria)
    return northwind


def fresh(member):
    """The member as a new request fetches them."""
    return Membership.objects.select_related("workspace", "user").get(pk=member.pk)


def test_under_the_limit_nothing_is_said(northwind):
    assert pace.read(a_proposal(northwind.bot), northwind.maria, now()) == {}


def test_beyond_it_the_next_item_rests_and_says_so(limited):
    proposal = a_proposal(limited.bot)
    page = signed_in(limited.maria).get(url("proposal", proposal)).content.decode()
    assert "You have answered 3 in this hour. The next may be answered in 4 s: time to look up." in page
    assert 'data-rest="4"' in page
    assert "data-rest=" not in signed_in(limited.ken).get(url("proposal", proposal)).content.decode()


def test_no_more_answers_are_read_than_make_a_difference(limited, monkeypatch):
    Workspace.objects.update(hourly_limit_high=2)
    monkeypatch.setattr(pace, "SATURATED", 0)
    approve(a_proposal(limited.bot), limited.maria)
    assert len(pace.of(fresh(limited.maria), now()).moments) == 3
    page = signed_in(limited.maria).get(url("proposal", a_proposal(limited.bot))).content.decode()
    assert "You have answered 2+ in this hour." in page


def test_an_answer_sent_at_once_counts_all_the_same(limited):
    proposal = a_proposal(limited.bot)
    assert answer(signed_in(limited.maria), proposal).status_code == 303
    proposal.refresh_from_db()
    assert proposal.state == "approved"


@pytest.mark.parametrize(("over", "rest"), [(-1, 0), (0, 4), (10, 5), (100, 14), (10_000, 30)])
def test_the_rest_grows_gently_and_ends_somewhere(northwind, over, rest):
    member = fresh(northwind.maria)
    hour = pace.Hour([now()] * (over + 250), ["low"] * (over + 250), ["approve"] * (over + 250))
    assert pace._rest(hour, "low", member)[0] == rest


def test_high_risk_has_a_limit_of_its_own(northwind):
    hour = pace.Hour([now()] * 60, ["high"] * 60, ["approve"] * 60)
    assert pace._rest(hour, "low", northwind.maria)[0] == 0
    assert pace._rest(hour, "high", northwind.maria)[0] == 4


def test_fifty_minutes_without_a_pause_are_told(northwind):
    moment = now()
    steady = pace.Hour([moment - timedelta(minutes=minute) for minute in range(0, 55, 4)], [], [])
    paused = pace.Hour([moment - timedelta(minutes=minute) for minute in (0, 3, 20, 23, 55)], [], [])
    assert steady.without_a_pause(moment) == timedelta(minutes=52)
    assert paused.without_a_pause(moment) == timedelta(minutes=3)


def test_a_streak_ends_with_the_first_other_answer(northwind):
    hour = pace.Hour([now()] * 4, ["low"] * 4, ["approve", "approve", "reject", "approve"])
    member = fresh(northwind.maria)
    member.__dict__[pace.KEPT] = hour
    assert pace.streak(member, now()) == 2


def test_a_request_asks_once_for_all_its_items(northwind, django_assert_num_queries):
    rows = [a_proposal(northwind.bot) for _ in range(3)]
    member = fresh(northwind.maria)
    with django_assert_num_queries(1):
        for row in rows:
            pace.read(row, member, now())
