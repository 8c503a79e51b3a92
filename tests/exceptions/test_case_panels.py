"""The panels of a case: who was told, what is behind it, why its failures lie together, the times it was open."""

from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone

from exceptions import calls, queue, whose
from exceptions.models import Call, Case
from exceptions.places import ORDERS, Place
from tests.builders import actor_of
from tests.exceptions.conftest import kinds
from tests.exceptions.conftest import open_case as opened
from tests.people import Company


def page(company: Company, case: Case) -> str:
    client = Client()
    client.force_login(company.olu.user)
    return client.get(f"/w/northwind/exceptions/{case.public_id}/").content.decode()


def test_who_was_told_through_what_and_whether_it_arrived(northwind: Company) -> None:
    case, now = opened(northwind.workspace), timezone.now()
    assert "Nobody yet" in page(northwind, case)
    with transaction.atomic():
        calls.call(
            case=case, step=0, why="escalated", team=case.owner, users=[northwind.olu.user], by=["email"], now=now,
            actor=actor_of(northwind.olu),
        )  # fmt: skip
    Call.objects.filter(kind="email").update(
        state="failed", error="the server refuses", attempts=3, next_try_at=None
    )

    said = page(northwind, case)

    assert "in the product, as nobody had taken it" in said
    assert "arrived" in said and "did not arrive: the server refuses" in said


def test_a_cause_is_named_once_and_taken_back(northwind: Company) -> None:
    case, client = opened(northwind.workspace), Client()
    client.force_login(northwind.olu.user)
    url = f"/w/northwind/exceptions/{case.public_id}/cause/"

    client.post(url, {"cause": "data"})
    case.refresh_from_db()
    assert (case.cause, kinds(case)[-1]) == ("data", "case.labelled")
    client.post(url, {"cause": "weather"})
    case.refresh_from_db()
    assert case.cause == "data"
    client.post(url, {"cause": "data"})
    case.refresh_from_db()
    assert (case.cause, kinds(case).count("case.labelled")) == ("", 2)


def test_why_they_lie_together_is_said_without_what_varies(northwind: Company) -> None:
    case = opened(northwind.workspace, message="period 2017-10 is closed", operation="books.post")
    said = page(northwind, case)
    assert "Why these lie together" in said
    assert "period &lt;n&gt;-&lt;n&gt; is closed" in said
    assert "books.post" in said


def test_the_list_is_ordered_by_clock_age_and_money_and_goes_on_where_it_stopped(northwind: Company) -> None:
    now = timezone.now()
    old = opened(northwind.workspace, message="old", code="proposal.invalid", now=now - timedelta(hours=5))
    dear = opened(
        northwind.workspace, message="dear", code="proposal.invalid", amount=900, currency="EUR", now=now
    )
    urgent = opened(northwind.workspace, message="urgent", code="outcome.unknown", now=now)
    Case.objects.filter(pk=old.pk).update(next_escalation_at=now + timedelta(days=2))

    teams = whose.teams(northwind.olu)

    def first(order: str, after: str = "") -> Case:
        return queue.page(northwind.olu, Place("all", order=order), teams, now, after=after).rows[0]

    assert [first(order) for order in ORDERS] == [urgent, old, dear]
    assert first("age", old.public_id) == dear
    assert first("money", dear.public_id) in (old, urgent)


def test_a_case_is_put_aside_and_brought_back_on_its_page(northwind: Company) -> None:
    case, client = opened(northwind.workspace), Client()
    client.force_login(northwind.olu.user)
    url = f"/w/northwind/exceptions/{case.public_id}/snooze/"

    client.post(url, {"spell": "3d"})
    case.refresh_from_db()
    assert case.snoozed_until is not None and case.snoozed_until > timezone.now() + timedelta(days=2)
    assert "Put aside until" in page(northwind, case) and "Bring it back" in page(northwind, case)
    client.post(url)
    case.refresh_from_db()
    assert (case.snoozed_until, kinds(case)[-1]) == (None, "case.woken")
    client.force_login(northwind.maria.user)
    assert (client.post(url, {"spell": "3d"}).status_code, client.get(url).status_code) == (403, 405)
