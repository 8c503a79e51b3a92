"""Questions known beforehand are asked together, once, and answered as if each had been asked by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.pq import PipelineStatus

from approvals import foreseen
from approvals.answering import foresight
from approvals.models import Proposal
from tests.approvals.reviewing import queue, signed_in, url
from tests.builders import a_proposal, an_approved
from tests.people import Company

pytestmark = pytest.mark.django_db
NAME, SUM = "SELECT %s::text", "SELECT %(one)s::int + %(other)s::int"


class Waits:
    """Counts statements, and those for which somebody waited alone."""

    def __init__(self) -> None:
        self.statements, self.alone = 0, 0

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        self.statements += 1
        self.alone += connection.connection.pgconn.pipeline_status == PipelineStatus.OFF
        return execute(*asked)


def test_what_was_foreseen_is_answered_and_not_asked_again() -> None:
    with foreseen.together(), CaptureQueriesContext(connection) as asked:
        foreseen.ask((NAME, ["Ada"]), None, (SUM, {"one": 1, "other": 2}), (NAME, ["Ada"]))
        assert len(asked) == 2
        assert foreseen.rows(NAME, ["Ada"]) == [("Ada",)]
        assert foreseen.rows(SUM, {"one": 1, "other": 2}) == [(3,)]
        foreseen.ask((NAME, ["Ada"]))
        assert len(asked) == 2
        assert foreseen.rows(NAME, ["Ken"]) == [("Ken",)], "another value is another question"
        assert len(asked) == 3


def test_a_list_among_the_values_is_compared_by_what_is_in_it() -> None:
    among = "SELECT 2 = ANY(%s::int[])"
    with foreseen.together(), CaptureQueriesContext(connection) as asked:
        foreseen.ask((among, [[1, 2]]))
        assert foreseen.rows(among, [[1, 2]]) == [(True,)] and len(asked) == 1
        assert foreseen.rows(among, [[1, 3]]) == [(False,)] and len(asked) == 2


def test_together_may_stand_within_together() -> None:
    with foreseen.together():
        foreseen.ask((NAME, ["Ada"]))
        with foreseen.together(), CaptureQueriesContext(connection) as asked:
            foreseen.rows(NAME, ["Ada"])
        assert foreseen.rows(NAME, ["Ada"]) == [("Ada",)] and not asked.captured_queries


def test_nothing_is_known_before_and_after() -> None:
    foreseen.ask((NAME, ["Ada"]))
    with foreseen.together():
        foreseen.ask((NAME, ["Ada"]))
    with CaptureQueriesContext(connection) as asked:
        assert foreseen.rows(NAME, ["Ada"]) == [("Ada",)]
    assert len(asked) == 1


def test_what_fails_fails_as_it_would_alone_and_the_connection_lives_on() -> None:
    with pytest.raises(DataError), foreseen.together(), transaction.atomic():
        foreseen.ask((NAME, ["Ada"]), ("SELECT 1 / %s::int", [0]), (NAME, ["Ken"]))
    assert foreseen.rows(NAME, ["Ada"]) == [("Ada",)]


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
    foreseeing = read(client, pages[name])
    for known in ("of_reader", "of_rows", "of_row", "of_item"):
        monkeypatch.setattr(foresight, known, lambda *_: ())
    assert foreseeing.statements == read(client, pages[name]).statements
    assert foreseeing.alone < 7


def test_a_page_waits_alone_only_for_who_asks_and_for_what(northwind: Company, pages: dict[str, str]) -> None:
    client = signed_in(northwind.maria)
    assert read(client, pages["queue"]).alone == 3, "the session, the person, the membership"
    assert read(client, pages["first"]).alone == 4, "and the item"


def test_an_answer_is_seen_by_the_page_after_it(northwind: Company, pages: dict[str, str]) -> None:
    client = signed_in(northwind.maria)
    client.get(pages["first"])
    Proposal.objects.update(headline="Another headline")
    assert "Another headline" in client.get(pages["first"]).text
