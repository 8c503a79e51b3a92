"""Olu narrows the queue of cases, keeps that under a name, and opens parts of a case when they are wanted."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from approvals.models import SavedView
from approvals.waiting import saved_views
from exceptions import resolutions
from tests.approvals.reviewing import signed_in
from tests.exceptions.conftest import WORKER, open_case
from tests.people import Company

BASE = "/w/northwind/exceptions/"


def titles(client: Client, query: str) -> list[str]:
    return [str(row.title) for row in client.get(f"{BASE}?{query}").context["rows"]]


def test_the_queue_is_narrowed_by_team_class_age_and_money(northwind: Company) -> None:
    now, house = timezone.now(), northwind.workspace
    old = open_case(house, message="an old one", now=now - timedelta(days=2))
    open_case(house, message="a dear one", code="proposal.invalid", amount=900, currency="EUR", now=now)
    client = signed_in(northwind.olu)

    assert len(titles(client, "view=all")) == 2
    (dear,) = titles(client, "view=all&least=500")
    assert "a dear one" in dear
    assert titles(client, "view=all&older=1d") == [old.title]
    assert titles(client, f"view=all&class={old.failure_class.code}") == [old.title]
    assert titles(client, f"view=all&team={old.owner_id}&older=7d") == []
    assert (
        len(titles(client, "view=all&older=never&least=much&team=x")) == 2
    )  # what cannot be read narrows nothing
    panel = client.get(f"{BASE}filters/?view=all&older=1d").content.decode()
    assert "Over a day" in panel and "Keep what is shown as a view" in panel


def test_what_happens_again_is_as_old_as_its_reopening(northwind: Company) -> None:
    now, house = timezone.now(), northwind.workspace
    back = open_case(house, message="It came back once more", now=now - timedelta(days=9))
    resolutions.settle_occurrence(
        occurrence=back.occurrences.get(), disposition="elsewhere", actor=WORKER, now=now - timedelta(days=8)
    )
    open_case(house, message="It came back once more", now=now)
    other = open_case(house, code="proposal.invalid", message="It was there", now=now - timedelta(hours=3))
    client = signed_in(northwind.olu)

    assert titles(client, "view=all&order=age") == [other.title, back.title]
    assert titles(client, "view=all&older=1d") == []
    page = client.get(f"{BASE}{back.public_id}/").content.decode()
    assert "Failed again" in page and "Settle by" in page and "Should have been settled" not in page
    assert said_in(page) == 2  # under the heading, and where it failed
    failure = client.get(f"{BASE}{back.public_id}/occurrences/{back.occurrences.last().pk}/").content.decode()
    assert said_in(failure) == 1


def said_in(page: str) -> int:
    """How often the pane says what failed; the list beside it has its own line."""
    return page.partition('id="main"')[2].count("It came back once more")


def test_a_view_of_cases_is_kept_counted_renamed_moved_and_dropped(northwind: Company) -> None:
    now, client = timezone.now(), signed_in(northwind.olu)
    open_case(northwind.workspace, message="old", now=now - timedelta(days=2))
    open_case(northwind.workspace, message="new", now=now)
    saved_views.keep(
        member=northwind.olu, name="Mornings", query={}, now=now
    )  # of the review queue, and stays there

    for name, older in (("Old", "1d"), ("Very old", "30d")):
        client.post(f"{BASE}views/", {"name": name, "view": "all", "older": older})
    shown = client.get(f"{BASE}?view=all&older=1d").context["saved"]
    assert [(one["label"], one["count"], one["current"]) for one in shown] == [
        ("Old", "1", True), ("Very old", "0", False),
    ]  # fmt: skip
    old, very_old = saved_views.own(northwind.olu, saved_views.CASES)
    client.post(f"{BASE}views/{very_old.pk}/up/")
    client.post(f"{BASE}views/{old.pk}/name/", {"name": "Two days"})
    names = [view.name for view in saved_views.own(northwind.olu, saved_views.CASES)]
    assert names == ["Very old", "Two days"]
    assert signed_in(northwind.ada).post(f"{BASE}views/{old.pk}/deletion/").status_code == 404
    assert signed_in(northwind.tess).post(f"{BASE}views/", {"name": "x"}).status_code == 403
    assert client.get(f"{BASE}views/{old.pk}/deletion/").status_code == 405
    client.post(f"{BASE}views/{old.pk}/deletion/")
    assert [view.name for view in SavedView.objects.order_by("pk")] == ["Mornings", "Very old"]


def test_parts_of_a_case_are_fragments_and_pages_and_choices_are_for_who_works_on_it(
    northwind: Company, harbour: Company
) -> None:
    for number in range(10, 70):
        case = open_case(northwind.workspace, message=f"period {number} is closed")
    other = open_case(northwind.workspace, message="another trouble")
    parts, client = f"{BASE}{case.public_id}/parts/", signed_in(northwind.olu)

    page = client.get(f"{BASE}{case.public_id}/").content.decode()
    assert "the newest 12 of 60" in page and f"{parts}failures/" in page
    first = client.get(f"{parts}failures/")
    assert len(first.context["lines"]) == 50 and "<html" in first.content.decode()
    rest = client.get(f"{parts}failures/?before={first.context['older']}")
    assert (len(rest.context["lines"]), rest.context["older"]) == (10, None)
    fragment = client.get(f"{parts}split/", headers={"HX-Request": "true"}).content.decode()
    assert fragment.count("Split off") == 6 and "<html" not in fragment
    assert other.title in client.get(f"{parts}merge/").content.decode()
    assert "Hand over" in client.get(f"{parts}hand-over/").content.decode()
    for part in ("settled", "story"):
        assert client.get(f"{parts}{part}/").status_code == 200
    reader = signed_in(northwind.maria)
    assert (reader.get(f"{parts}story/").status_code, reader.get(f"{parts}merge/").status_code) == (200, 403)
    assert client.get(f"{parts}nothing/").status_code == 404
    assert signed_in(harbour.dana).get(f"{parts}story/").status_code == 404
