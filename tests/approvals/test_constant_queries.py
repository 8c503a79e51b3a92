"""The newer pages ask the database as often for many rows as for one: for more than a page, where they are lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.batching import batches
from approvals.models import Proposal
from approvals.oversight.exposures import Look
from approvals.routing import covers
from approvals.telling import notices
from approvals.waiting import saved_views
from tests import builders, people
from tests.approvals import batching, drilling, queueing
from tests.approvals.reviewing import queue, signed_in, url
from tests.people import Company

MANY = 60
SOME = 25  # of what is dear to make


def asked(client: Client, path: str) -> int:
    """How many statements a page costs once it is warm."""
    client.get(path)
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def one_and_many(client: Client, path: str, more: Callable[[], None]) -> tuple[int, int]:
    one = asked(client, path)
    more()
    return one, asked(client, path)


def colleagues(company: Company, many: int) -> list:
    return [
        people.person(company.workspace, f"colleague-{n}", ["reviewer"], builders.now()) for n in range(many)
    ]


def answered(company: Company, who, many: int) -> None:
    """So many answers of somebody, some with drills and undos among them."""
    for _ in range(many):
        builders.approve(builders.a_proposal(company.bot), who, look=Look(900))


def page(name: str) -> str:
    return reverse(name, args=["northwind"])


def test_notices(northwind):
    def tell(many: int) -> None:
        for _ in range(many):
            notices.tell(
                workspace_id=northwind.workspace.pk, users=[northwind.maria.user_id], kind="taken_over",
                now=builders.now(), proposal=builders.a_proposal(northwind.bot), by=northwind.ken.user_id,
            )  # fmt: skip

    tell(1)
    one, many = one_and_many(signed_in(northwind.maria), page("notices"), lambda: tell(MANY))
    assert one == many


def test_ones_own_figures(northwind):
    answered(northwind, northwind.maria, 1)
    drilling.a_history(northwind)
    builders.approve(drilling.a_drill(northwind), northwind.maria)

    def more() -> None:
        answered(northwind, northwind.maria, SOME)
        for drill in drilling.some_drills(northwind.workspace, 4, seed=3):
            builders.approve(drill, northwind.maria)

    one, many = one_and_many(signed_in(northwind.maria), page("own-figures"), more)
    assert one == many


def test_oversight_of_many_people(northwind):
    answered(northwind, northwind.maria, 1)
    path = f"{page('oversight')}?week={(builders.now() - timedelta(days=7)).date().isoformat()}"

    def more() -> None:
        for member in colleagues(northwind, SOME):
            answered(northwind, member, 1)
        shift_back()

    shift_back()
    one, many = one_and_many(signed_in(northwind.ada), path, more)
    assert one == many


def shift_back() -> None:
    """The answers lie in the week that has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE approvals_decision DISABLE TRIGGER USER")
        cursor.execute("UPDATE approvals_decision SET decided_at = now() - interval '7 days'")
        cursor.execute("ALTER TABLE approvals_decision ENABLE TRIGGER USER")


def a_batch(company: Company, many: int, thing: str):
    rows = batching.memos(company, many, thing=thing, workflow=thing)
    return batching.ready(company.maria, rows[0])


def test_a_batch_before_and_after_its_answer(northwind):
    small, large = a_batch(northwind, 2, "Desk"), a_batch(northwind, batches.MOST, "Lamp")
    assert (small.items.count(), large.items.count()) == (2, batches.MOST)
    maria = signed_in(northwind.maria)
    assert asked(maria, batching.page_of(small)) == asked(maria, batching.page_of(large))
    for batch in (small, large):
        batching.decided(batch, northwind.maria)
    assert asked(maria, batching.page_of(small)) == asked(maria, batching.page_of(large))


def test_the_queue_with_one_saved_view_and_with_all_one_may_have(northwind):
    def keep(many: int) -> None:
        for n in range(many):
            saved_views.keep(
                member=northwind.maria,
                name=f"View {n}",
                query={"risk": "low", "q": f"x{n}"},
                now=builders.now(),
            )

    queueing.many(builders.a_proposal(northwind.bot), MANY)
    keep(1)
    one, many = one_and_many(signed_in(northwind.maria), queue(), lambda: keep(saved_views.MOST))
    assert one == many


def test_hours_with_sixty_absences_ahead(northwind):
    def arrange(many: int) -> None:
        for n in range(many):
            begins = builders.now() + timedelta(days=400 + 2 * n + many * 10)
            covers.arrange(
                member=northwind.maria, stand_in=northwind.ken, starts_at=begins, ends_at=begins + timedelta(days=1),
                actor=builders.actor_of(northwind.maria), now=builders.now(),
            )  # fmt: skip

    arrange(1)
    one, many = one_and_many(signed_in(northwind.maria), page("own-hours"), lambda: arrange(MANY))
    assert one == many


def test_to_whom_an_item_can_be_given_among_sixty(northwind):
    proposal = builders.a_proposal(northwind.bot)
    path = url("give", proposal)
    one, many = one_and_many(signed_in(northwind.maria), path, lambda: colleagues(northwind, MANY) and None)
    assert one == many


@pytest.mark.parametrize("rows", [1, SOME])
def test_the_last_answers_beside_the_queue(northwind, rows):
    answered(northwind, northwind.maria, rows)
    assert Proposal.objects.filter(state="approved").count() == rows
    assert asked(signed_in(northwind.maria), queue()) <= 25
