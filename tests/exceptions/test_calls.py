"""A call: somebody is told about a case, in the product at once, by other ways when a worker comes to it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals.models import LedgerEntry, Notice
from approvals.telling import notice_page
from exceptions import calls
from exceptions.calls import UnknownWay, Wanted
from exceptions.models import Call, Case, Channel
from tests.exceptions.conftest import open_case
from tests.people import Company


def a_channel(company: Company, **changes: Any) -> Channel:
    values = {"name": "Room", "kind": "chat", "secret": "ROOM", "created_at": timezone.now()} | changes
    return Channel.objects.create(workspace=company.workspace, **values)


def call(case: Case, users: list[Any], by: list[str], **changes: Any) -> list[Call]:
    values = {"step": 0, "why": "escalated", "team": case.owner, "now": timezone.now()} | changes
    with transaction.atomic():
        return calls.call(case=case, users=users, by=by, **values)


def test_in_the_product_it_arrives_at_once_and_elsewhere_it_waits_for_a_worker(northwind: Company) -> None:
    case, room = open_case(northwind.workspace), a_channel(northwind)

    call(case, [northwind.olu.user, northwind.ada.user], ["email", f"channel:{room.pk}"])

    rows = Call.objects.order_by("id").values_list("kind", "state", "user__username", "channel")
    assert list(rows) == [
        ("in_app", "delivered", "olu", None),
        ("in_app", "delivered", "ada", None),
        ("email", "waiting", "olu", None),
        ("email", "waiting", "ada", None),
        ("chat", "waiting", None, room.pk),
    ]
    entry = LedgerEntry.objects.get(kind="case.called")
    assert entry.case == case.pk and entry.data == {
        "step": 0, "why": "escalated", "team": case.owner_id, "by": ["email", f"channel:{room.pk}"],
        "users": [f"user:{northwind.olu.user_id}", f"user:{northwind.ada.user_id}"],
    }  # fmt: skip


def test_the_notice_leads_to_the_case_and_several_to_the_queue(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    call(case, [northwind.olu.user], [])
    line = notice_page.read(northwind.olu)["lines"][0]
    assert (line.sentence, line.url.split("/")[-2]) == ("You are called to a case", case.public_id)

    call(open_case(northwind.workspace, message="another"), [northwind.olu.user], [])
    line = notice_page.read(northwind.olu)["lines"][0]
    assert line.sentence == "You were called to cases 2 times" and line.url.endswith("/exceptions/")


def test_a_reminder_says_so_also_where_it_is_one_of_many(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    with transaction.atomic():
        calls.call_many(
            wanted=[Wanted(case, 1, "reminder", None, [northwind.olu.user], ())], now=timezone.now()
        )

    assert Notice.objects.get().kind == "case_reminder"


def test_a_thousand_calls_at_once_are_a_few_statements_and_one_notice_a_person(
    northwind: Company, django_assert_max_num_queries: Any
) -> None:
    case = open_case(northwind.workspace)
    wanted = [
        Wanted(case, step, "escalated", case.owner, [northwind.olu.user], ["email"]) for step in range(500)
    ]

    with django_assert_max_num_queries(8), transaction.atomic():
        assert len(calls.call_many(wanted=wanted, now=timezone.now())) == 1000
    assert Notice.objects.get().user == northwind.olu.user


@pytest.mark.parametrize(
    "way", ["pigeon", "channel:", "channel:x", "channel:-1", "channel:" + "9" * 30, "channel:٣"]
)
def test_a_way_nobody_knows_is_refused(northwind: Company, way: str) -> None:
    with pytest.raises(UnknownWay):
        call(open_case(northwind.workspace), [northwind.olu.user], [way])


def test_a_channel_of_another_workspace_is_not_used(northwind: Company, harbour: Company) -> None:
    theirs = a_channel(harbour)

    made = call(
        open_case(northwind.workspace), [northwind.olu.user], [f"channel:{theirs.pk}", "channel:4711"]
    )

    assert [row.kind for row in made] == ["in_app"]


def test_somebody_who_is_no_member_gets_no_notice(northwind: Company, harbour: Company) -> None:
    call(open_case(northwind.workspace), [harbour.dana.user], [])

    assert not Notice.objects.exists()


def test_a_call_is_about_a_case_unless_a_channel_is_tried(northwind: Company) -> None:
    now = timezone.now()
    values = {
        "workspace": northwind.workspace,
        "step": 0,
        "kind": "chat",
        "next_try_at": now,
        "created_at": now,
    }
    Call.objects.create(why="test", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.create(why="escalated", **values)
