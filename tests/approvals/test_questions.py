"""Questions known beforehand are asked together, once, and answered as if each had been asked by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.pq import PipelineStatus

from approvals import questions
from approvals.answering import foresight
from approvals.models import Proposal
from tests.approvals.reviewing import queue, signed_in, url
from tests.builders import a_proposal, an_approved
from tests.people import Company

pytestmark = pytest.mark.django_db
NAME, SUM, SHARE = "SELECT %s::text", "SELECT %(one)s::int + %(other)s::int", "SELECT 1 / %s::int"


class Waits:
    """Counts statements, and those for which somebody waited alone."""

    def __init__(self) -> None:
        self.statements, self.alone = 0, 0

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.statements += 1
        self.alone += connection.connection.pgconn.pipeline_status == PipelineStatus.OFF
        return execute(*asked)


def test_what_was_noted_is_asked_with_the_first_of_it_and_once() -> None:
    with questions.together(), CaptureQueriesContext(connection) as asked:
        questions.note((NAME, ["Ada"]), None, (SUM, {"one": 1, "other": 2}), (NAME, ["Ada"]))
        assert questions.rows(NAME, ["Ken"]) == [("Ken",)], "another value is another question"
        assert len(asked) == 1
        assert questions.rows(NAME, ["Ada"]) == [("Ada",)] and len(asked) == 3
        assert questions.rows(SUM, {"one": 1, "other": 2}) == [(3,)]
        questions.note((NAME, ["Ada"]))
        assert questions.rows(NAME, ["Ada"]) == [("Ada",)] and len(asked) == 3


def test_a_list_among_the_values_is_compared_by_what_is_in_it() -> None:
    among = "SELECT 2 = ANY(%s::int[])"
    with questions.together(), CaptureQueriesContext(connection) as asked:
        questions.note((among, [[1, 2]]))
        assert questions.rows(among, [[1, 2]]) == [(True,)] and len(asked) == 1
        assert questions.rows(among, [[1, 3]]) == [(False,)] and len(asked) == 2


def test_together_may_stand_within_together() -> None:
    with questions.together(), CaptureQueriesContext(connection) as asked:
        questions.note((NAME, ["Ada"]))
        with questions.together():
            questions.rows(NAME, ["Ada"])
        assert questions.rows(NAME, ["Ada"]) == [("Ada",)] and len(asked) == 1


def test_what_nobody_asks_is_not_asked_and_nothing_is_known_before_and_after() -> None:
    with CaptureQueriesContext(connection) as asked:
        questions.note((NAME, ["Ada"]))
        with questions.together():
            questions.note((NAME, ["Ada"]), (NAME, ["Ken"]))
        assert not asked
        assert questions.rows(NAME, ["Ada"]) == [("Ada",)] and len(asked) == 1


def test_what_fails_fails_as_it_would_alone() -> None:
    with pytest.raises(DataError), questions.together(), transaction.atomic():
        questions.note((NAME, ["Ada"]), (SHARE, [0]), (NAME, ["Ken"]))
        questions.rows(NAME, ["Ada"])
    assert questions.rows(NAME, ["Ada"]) == [("Ada",)]


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_the_connection_knows_which_plans_there_are() -> None:
    """What was asked behind the question that failed was passed over, its plan with it."""
    connection.close()
    questions.rows(NAME, ["Ada"])
    for _ in range(2):
        with pytest.raises(DataError), questions.together():
            questions.note((SHARE, [0]), (NAME, ["Ken"]))
            questions.rows(SHARE, [0])
        assert questions.rows(NAME, ["Ken"]) == [("Ken",)]
        assert questions.rows(SHARE, [1]) == [(1,)]


def read(client: Client, address: str) -> Waits:
    client.get(address)  # plans, and whatever a process learns once
    waits = Waits()
    with connection.execute_wrapper(waits):
        assert client.get(address).status_code == 200
    return waits


@pytest.fixture
def pages(northwind: Company) -> dict[str, str]:
    """Of a queue with several rows."""
    first, *_, last = [a_proposal(northwind.bot) for _ in range(3)]
    settled = an_approved(northwind.bot, northwind.ken)
    return {"queue": queue(), "first": url("proposal", first), "last": url("proposal", last),
            "settled": url("proposal", settled), "all": queue(view="all")}  # fmt: skip


@pytest.mark.parametrize("name", ["queue", "first", "last", "settled", "all"])
@pytest.mark.parametrize("who", ["maria", "ada", "tess"])
def test_a_page_asks_no_more_than_one_that_foresees_nothing(
    northwind: Company, pages: dict[str, str], who: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(northwind.people[who])
    knowing = read(client, pages[name])
    for known in ("of_reader", "of_rows", "of_row", "of_item"):
        monkeypatch.setattr(foresight, known, lambda *_: ())
    assert knowing.statements == read(client, pages[name]).statements
    assert knowing.alone < 7


def test_a_page_waits_alone_only_for_who_asks_and_for_what(northwind: Company, pages: dict[str, str]) -> None:
    client = signed_in(northwind.maria)
    assert read(client, pages["queue"]).alone == 3, "the session, the person, the membership"
    assert read(client, pages["first"]).alone == 4, "and the item"


def test_an_answer_is_seen_by_the_page_after_it(northwind: Company, pages: dict[str, str]) -> None:
    client = signed_in(northwind.maria)
    client.get(pages["first"])
    Proposal.objects.update(headline="Another headline")
    assert "Another headline" in client.get(pages["first"]).text
