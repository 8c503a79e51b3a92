"""Queries that come again: what never changes stands in their text, and the database keeps their plans."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.base import Cursor

from approvals import prepared
from approvals.models import Proposal
from approvals.waiting import statements
from tests.builders import a_proposal
from tests.people import Company

pytestmark = pytest.mark.django_db
AWKWARD = "50 % off, says O'Brien\\ %s"


def kept_of(headline: str) -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(workspace_id=statements.HOUSE, headline=headline, state="pending")
    return statements.keep(rows.order_by("id")[:5])


def plans(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE starts_with(statement, %s)", [text[:200]]
        )
        return int(cursor.fetchone()[0])


def test_what_stands_for_a_value_travels_beside_the_text_and_all_else_within_it(northwind: Company) -> None:
    text, given = kept_of("Pay Ada").built
    assert given == (statements.HOUSE,)
    assert "= 'pending'" in text and "= 'Pay Ada'" in text and text.count("%s") == 1


def test_words_that_look_like_places_and_quotes_are_what_they_are(northwind: Company) -> None:
    odd = a_proposal(northwind.bot)
    Proposal.objects.filter(pk=odd.pk).update(headline=AWKWARD)
    kept = kept_of(AWKWARD)
    meaning = statements.of(northwind.people["maria"])
    assert statements.ask(kept, meaning) == [odd] and statements.count(kept, meaning) == 1


def test_of_what_is_asked_again_the_plan_is_kept_whoever_asks(northwind: Company) -> None:
    kept = kept_of("asked three times")
    for name in ("maria", "ken", "maria"):
        statements.ask(kept, statements.of(northwind.people[name]))
    assert plans(kept.built[0].partition("%s")[0]) == 1


def test_other_statements_are_asked_as_ever(northwind: Company) -> None:
    with prepared.cursor() as cursor:
        cursor.execute("SELECT %s::int + 1", [1])
        assert cursor.fetchone() == (2,)
    with connection.cursor() as cursor:
        assert isinstance(cursor.cursor, Cursor)


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        ("SELECT %s::text || '%%' || %s::text", ["a", "%s"], "a%%s"),
        ("SELECT %(one)s::text || %(other)s || %(one)s || '%%s'", {"other": "-", "one": "%"}, "%-%%s"),
        ("SELECT '$1' || %s::text", ["$2"], "$1$2"),
        ("SELECT '100 %'", None, "100 %"),
        ("SELECT '100 %%'", [], "100 %"),
    ],
)
def test_places_are_found_where_they_are_and_nowhere_else(text: str, given: Any, found: str) -> None:
    for _ in range(3):
        with prepared.cursor() as cursor:
            cursor.execute(text, given)
            assert cursor.fetchone() == (found,)


def test_a_missing_value_is_told() -> None:
    with pytest.raises(KeyError), prepared.cursor() as cursor:
        cursor.execute("SELECT %(absent)s", {"present": 1})
    with pytest.raises(DatabaseError), transaction.atomic(), prepared.cursor() as cursor:
        cursor.execute("SELECT %s::int + %s::int", [1])
