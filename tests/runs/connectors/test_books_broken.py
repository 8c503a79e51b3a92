"""Connections that break at the worst moment: certain where certainty is possible, in doubt where it is not."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from approvals import tools
from runs.connectors.books import database
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.runs.connectors import proxy

POST = tools.get("books.post_expense")


def post(books: Books) -> tools.Receipt:
    return POST.run(books.expense(), key="key-1", context=books.context)


def look_up(books: Books) -> tools.Receipt | None:
    return POST.look_up(books.expense(), key="key-1", context=books.context)


@contextmanager
def the_period_held(books: Books) -> Iterator[None]:
    """Somebody is about to close the period: entries wait until they have."""
    with books.owner.transaction():
        books.owner.execute("SELECT 1 FROM periods WHERE company = 'northwind' FOR UPDATE")
        yield


def soon(asked: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (answer := asked()):
        assert time.monotonic() < until
        time.sleep(0.01)
    return answer


def kill_whoever(books: Books, waits: str) -> None:
    """End the connector's sessions that wait for this, as their own role may."""
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'countersign' AND (wait_event_type = %s OR wait_event = %s)"
    )
    with books.poster() as poster:
        soon(lambda: poster.execute(query, [waits, waits]).fetchone())


@pytest.fixture
def slow_commit(books: Books) -> Iterator[None]:
    """Books that take their time in the commit itself."""
    books.owner.execute(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';"
        "CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON expenses DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION dawdle()"
    )
    yield
    books.owner.execute("DROP FUNCTION dawdle() CASCADE")


def test_a_connection_cut_while_they_write_is_in_doubt_until_it_is_looked_up(books: Books) -> None:
    with ThreadPoolExecutor(1) as hand, the_period_held(books):
        trying = hand.submit(post, books)
        kill_whoever(books, "Lock")
        with pytest.raises(tools.Unknown) as doubt:
            trying.result(PATIENCE_SECONDS)
    assert doubt.value.code == "outcome.unknown"
    assert look_up(books) is None and books.rows() == []
    assert post(books).data["expense"] == books.rows()[0]["id"]


def test_a_statement_that_takes_too_long_wrote_nothing_and_says_so(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setattr(database, "STATEMENT_SECONDS", 0.2)
    with the_period_held(books), pytest.raises(tools.Transient) as trouble:
        post(books)
    database.close()
    assert trouble.value.code == "integration.timeout"
    assert books.rows() == []


@pytest.mark.usefixtures("slow_commit")
def test_a_connection_cut_in_the_commit_is_in_doubt_until_it_is_looked_up(books: Books) -> None:
    with ThreadPoolExecutor(1) as hand:
        trying = hand.submit(post, books)
        kill_whoever(books, "PgSleep")
        with pytest.raises(tools.Unknown) as doubt:
            trying.result(PATIENCE_SECONDS)
    assert doubt.value.code == "outcome.unknown"
    assert look_up(books) is None


@pytest.mark.parametrize(("cut", "entries"), [(proxy.NEVER_SENT, 0), (proxy.NEVER_ANSWERED, 1)])
def test_a_write_without_an_answer_is_in_doubt_until_it_is_looked_up(
    books: Books, settings: Any, cut: str, entries: int
) -> None:
    straight = settings.BOOKS_DATABASE_URL
    with proxy.wire(cut, at=b"INSERT INTO expenses") as address:
        settings.BOOKS_DATABASE_URL = address
        with pytest.raises(tools.Unknown):
            post(books)
        settings.BOOKS_DATABASE_URL = straight
        found = look_up(books)
    assert len(books.rows()) == entries
    assert (found is not None) == bool(entries)
    assert post(books).data["expense"] == books.rows()[0]["id"]
    assert len(books.rows()) == 1


@pytest.mark.usefixtures("slow_commit")
def test_a_look_up_waits_for_the_entry_being_written(books: Books) -> None:
    with ThreadPoolExecutor(2) as hands:
        trying = hands.submit(post, books)
        with books.poster() as poster:
            asleep = "wait_event = 'PgSleep' AND datname = current_database()"
            soon(lambda: poster.execute(f"SELECT 1 FROM pg_stat_activity WHERE {asleep}").fetchone())
        found = look_up(books)
        assert found == trying.result(PATIENCE_SECONDS)


def test_many_hands_share_a_few_connections(books: Books) -> None:
    start = threading.Barrier(32)

    def one(number: int) -> int:
        start.wait()
        return books.post(f"key-{number}", document=f"INV-{number}")

    with ThreadPoolExecutor(32) as hands:
        numbers = list(hands.map(one, range(32)))
    assert len(set(numbers)) == len(books.rows()) == 32
    query = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
    answer = books.owner.execute(f"{query} AND application_name = 'countersign'").fetchone()
    assert answer is not None and answer["n"] <= database.LARGEST_POOL


def test_connections_that_died_while_idle_are_replaced_unnoticed(books: Books) -> None:
    books.post()
    with books.poster() as poster:
        poster.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'countersign'"
        )
    query = (
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'countersign'"
    )
    soon(lambda: (books.owner.execute(query).fetchone() or {"n": 1})["n"] == 0)
    books.post("key-2", document="INV-2")
    assert len(books.rows()) == 2
