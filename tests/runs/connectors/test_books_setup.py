"""What the owner of the books does, and how often."""

from datetime import date
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from pydantic import ValidationError

from approvals import tools
from runs.connectors.books import setup
from tests.books import ACCOUNTS, GARDENIA, VENDORS, Books


def test_preparing_twice_is_harmless(books: Books) -> None:
    books.post()
    call_command("prepare_books")
    call_command("prepare_books")
    assert len(books.rows()) == 1


def test_preparing_takes_back_rights_somebody_added(books: Books) -> None:
    books.owner.execute("GRANT DELETE ON standing_documents TO books_poster")
    call_command("prepare_books")
    answer = books.owner.execute(
        "SELECT has_table_privilege('books_poster', 'standing_documents', 'DELETE') AS may"
    )
    assert answer.fetchone() == {"may": False}


def test_without_the_owners_address_the_books_are_left_alone(settings: Any) -> None:
    settings.BOOKS_ADMIN_URL = ""
    words = StringIO()
    call_command("prepare_books", stderr=words)
    assert "BOOKS_ADMIN_URL is not set" in words.getvalue()


@pytest.mark.parametrize(
    "url", ["postgresql://o:hunter2@127.0.0.1:1/b", "postgresql://o:hunter2%zz@127.0.0.1/b"]
)
def test_books_that_cannot_be_prepared_keep_the_address_secret(settings: Any, url: str) -> None:
    settings.BOOKS_ADMIN_URL = url
    with pytest.raises(CommandError) as refusal:
        call_command("prepare_books")
    assert "hunter2" not in str(refusal.value)


def test_seeding_again_brings_vendors_up_to_date_and_reopens_nothing(books: Books) -> None:
    books.close("2026-10-01")
    moved = [vendor | {"account": "6300"} for vendor in VENDORS]
    months = setup.months(since=date(2026, 5, 1), open_from=date(2026, 5, 1), until=date(2027, 12, 1))
    setup.seed("northwind", moved, ACCOUNTS, months)
    with pytest.raises(tools.Refused) as refusal:
        books.post()
    assert refusal.value.code == "posting.period_closed"
    books.post(date="2026-11-01")
    assert books.rows()[0]["account"] == "6300"


def test_months_follow_one_another_without_a_gap() -> None:
    months = list(setup.months(since=date(2025, 11, 20), open_from=date(2026, 1, 1), until=date(2026, 3, 1)))
    assert [month.starts_on.isoformat()[:7] for month in months] == [
        "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
    assert [month.closed_at is None for month in months] == [False, False, True, True, True]
    assert all((after.starts_on - before.ends_on).days == 1 for before, after in pairwise(months))
    assert all(month.closes_on >= month.ends_on for month in months)


@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=120))
def test_a_naughty_name_is_posted_exactly_or_refused_cleanly(books: Books, vendor: str) -> None:
    try:
        arguments = books.expense(vendor=vendor, document=None)
    except ValidationError:
        return
    with pytest.raises(tools.Refused) as refusal:
        tools.get("books.post_expense").run(arguments, key="key-1", context=books.context)
    assert refusal.value.code == "posting.unknown_vendor"
    setup.seed("northwind", [VENDORS[0] | {"name": arguments.vendor}], [], [])
    receipt = tools.get("books.post_expense").run(arguments, key="key-1", context=books.context)
    assert receipt.after["vendor"] == arguments.vendor != GARDENIA
    books.forget_entries()
    books.owner.execute("DELETE FROM vendors WHERE name = %s", [arguments.vendor])
