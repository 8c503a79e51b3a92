"""Saved views: a place in the queue under a name of one's own. Nobody else sees, changes or loses it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from approvals.models import LedgerEntry, SavedView
from approvals.waiting import saved_views
from tests.approvals.queueing import waiting
from tests.approvals.reviewing import queue as queue_url
from tests.approvals.reviewing import signed_in

CHANGES = ("rename-view", "move-view-up", "delete-view")


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def kept(member, name="Risky", **query):
    return saved_views.keep(member=member, name=name, query={"view": "mine"} | query, now=timezone.now())


def address(name, view, slug="northwind"):
    return reverse(name, args=[slug, view.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def names(member):
    return [view.name for view in saved_views.own(member)]


def test_what_the_list_shows_is_kept_under_a_name(maria, northwind):
    waiting(northwind, risk="high")
    waiting(northwind)
    response = maria.post(
        reverse("keep-view", args=["northwind"]),
        {
            "name": "  Risky  ones ",
            "view": "mine",
            "risk": "high",
            "order": "money",
            "after": "x",
            "due": "never",
        },
    )
    view = SavedView.objects.get()
    assert (view.name, view.owner_id) == ("Risky ones", northwind.maria.user_id)
    assert view.query == {"view": "mine", "order": "money", "risk": "high"}
    assert response.status_code == 303 and "risk=high" in response.url
    text = maria.get(response.url).text
    assert f'aria-current="page">Risky ones <span class="count" data-live="saved-{view.pk}">1</span>' in text
    assert not LedgerEntry.objects.filter(kind__contains="view").exists()


def test_the_same_name_again_keeps_the_newer_place(maria, northwind):
    kept(northwind.maria, risk="high")
    for _ in range(2):
        maria.post(reverse("keep-view", args=["northwind"]), {"name": "Risky", "view": "all"})
    assert SavedView.objects.get().query == {"view": "all"}


def test_a_dozen_is_the_most(maria, northwind):
    for number in range(saved_views.MOST):
        kept(northwind.maria, f"View {number}")
    response = maria.post(reverse("keep-view", args=["northwind"]), {"name": "One more", "view": "mine"})
    assert said(response) == ["You have 12 views already. Delete one first."]
    assert SavedView.objects.count() == saved_views.MOST
    kept(northwind.ken, "Somebody else's are others")


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\0b", "\x1b[2J"])
def test_a_view_needs_a_name(maria, northwind, name):
    view = kept(northwind.maria)
    response = maria.post(reverse("keep-view", args=["northwind"]), {"name": name, "view": "mine"})
    assert said(response) == ["A view needs a name of up to 40 characters."]
    maria.post(address("rename-view", view), {"name": name})
    assert names(northwind.maria) == ["Risky"]


def test_views_are_renamed_but_not_to_a_name_in_use(maria, northwind):
    view, _ = kept(northwind.maria), kept(northwind.maria, "Dear")
    assert maria.post(address("rename-view", view), {"name": "Dangerous"}).status_code == 303
    assert names(northwind.maria) == ["Dangerous", "Dear"]
    response = maria.post(address("rename-view", view), {"name": "Dear"})
    assert said(response)[-1:] == ["Another of your views has that name."]
    assert names(northwind.maria) == ["Dangerous", "Dear"]


def test_views_move_up_one_by_one(maria, northwind):
    for name in ("A", "B", "C"):
        last = kept(northwind.maria, name)
    for expected in (["A", "C", "B"], ["C", "A", "B"], ["C", "A", "B"]):
        assert maria.post(address("move-view-up", last)).status_code == 303
        assert names(northwind.maria) == expected


def test_a_view_is_deleted_once(maria, northwind):
    view = kept(northwind.maria)
    assert maria.post(address("delete-view", view)).status_code == 303
    assert maria.post(address("delete-view", view)).status_code == 404
    assert names(northwind.maria) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_never_a_get(maria, northwind, name):
    view = kept(northwind.maria)
    assert maria.get(address(name, view)).status_code == 405
    assert maria.get(reverse("keep-view", args=["northwind"])).status_code == 405
    assert names(northwind.maria) == ["Risky"]


@pytest.mark.parametrize("name", CHANGES)
def test_another_members_view_does_not_exist(northwind, harbour, client, name):
    view = kept(northwind.maria)
    assert signed_in(northwind.ken).post(address(name, view), {"name": "Mine now"}).status_code == 404
    assert signed_in(harbour.dana).post(address(name, view), {"name": "Mine now"}).status_code == 404
    assert signed_in(harbour.dana).post(address(name, view, "harbour"), {"name": "x"}).status_code == 404
    assert client.post(address(name, view), {"name": "x"}).status_code in (302, 403)
    assert names(northwind.maria) == ["Risky"]


def test_who_only_audits_keeps_nothing(northwind):
    tess = signed_in(northwind.tess)
    assert (
        tess.post(reverse("keep-view", args=["northwind"]), {"name": "x", "view": "all"}).status_code == 403
    )
    assert "Keep what is shown" not in tess.get(queue_url(panel="1")).text
    assert SavedView.objects.count() == 0


def test_the_views_of_one_house_do_not_show_in_another(northwind, harbour):
    kept(harbour.dana, "Bandages")
    assert "Bandages" not in signed_in(northwind.maria).get(queue_url()).text


def test_a_name_is_text_and_no_markup(maria, northwind):
    kept(northwind.maria, "<b>bold</b>\u202e")
    text = maria.get(queue_url(panel="1")).text
    assert "<b>bold" not in text and "\u202e" not in text


def test_a_view_whose_filter_makes_no_sense_any_more_still_opens(maria, northwind):
    waiting(northwind)
    kept(northwind.maria, "Old", risk="extreme", agent="agent_gone", two="1")
    text = maria.get(queue_url()).text
    assert ">Old <" in text and "view=mine&amp;two=1" in text
