"""What the reviewer is shown of the books, and when a signature of it goes stale."""

from typing import Any

import pytest

from approvals import canonical, tools
from approvals.tools import Observation
from runs.connectors.books.arguments import VoidArguments
from tests.books import GARDENIA, Books

POST, VOID = tools.get("books.post_expense"), tools.get("books.void_expense")


def seen(books: Books, **changes: Any) -> Observation:
    observation = POST.observe(books.expense(**changes), context=books.context)
    canonical.check(observation.before)
    return observation


def seen_void(books: Books, number: int) -> Observation:
    told = {"expense": number, "vendor": GARDENIA, "currency": "MYR", "total": "54.19"}
    observation = VOID.observe(VoidArguments.model_validate(told), context=books.context)
    canonical.check(observation.before)
    return observation


def test_the_books_are_shown_before_and_after(books: Books) -> None:
    books.post("key-1", document="INV-9", total="100.00", date="2026-10-01")
    books.post("key-2", document="INV-8", total="7.00", date="2026-11-01")
    observation = seen(books)
    assert observation.before == {
        "vendor": {"name": GARDENIA, "account": "6420", "currency": "MYR", "country": "MY"},
        "account": {"code": "6420", "name": "Meals and refreshments"},
        "period": {
            "starts_on": "2026-10-01", "ends_on": "2026-10-31", "closes_on": "2027-01-31", "state": "open",
        },
        "account_total": {"currency": "MYR", "before": "100.00", "after": "154.19"},
        "vendor_entries": 1,
    }  # fmt: skip
    assert observation.deadline == "2027-01-31"
    assert observation.notes == ()


def test_observing_changes_nothing(books: Books) -> None:
    assert seen(books) == seen(books)
    assert books.rows() == []


def test_an_unknown_vendor_is_a_note_and_not_an_error(books: Books) -> None:
    observation = seen(books, vendor="Nobody Ltd")
    assert observation.before["vendor"] is None
    assert observation.before["account_total"] is None
    assert observation.notes == ("The vendor is not in the books",)


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("2026-06-30", "The period 2026-06-01 to 2026-06-30 is closed"),
        ("1999-01-01", "The books have no period for this date"),
    ],
)
def test_a_day_nothing_can_be_posted_on_is_a_note_and_has_no_way_back(
    books: Books, day: str, note: str
) -> None:
    observation = seen(books, date=day)
    assert observation.notes == (note,)
    assert observation.deadline is None


def test_an_unusual_currency_or_account_is_noted(books: Books) -> None:
    observation = seen(books, currency="EUR", account="9999")
    assert observation.notes == ("The vendor usually bills in MYR", "The account is not in the books")


def test_a_repeat_is_noted(books: Books) -> None:
    number = books.post()
    assert f"The vendor's document is already in the books, as expense {number}" in seen(books).notes
    (note,) = seen(books, document="INV-2").notes
    assert note == f"The same vendor, date and total are already in the books, as expense {number}"
    assert seen(books, document="INV-2", total="1.00").notes == ()


def test_a_voided_entry_counts_for_nothing(books: Books) -> None:
    number = books.post()
    told = {"expense": number, "vendor": GARDENIA, "currency": "MYR", "total": "54.19"}
    VOID.run(VoidArguments.model_validate(told), key="key-2", context=books.context)
    observation = seen(books)
    assert observation.notes == ()
    assert observation.before["vendor_entries"] == 0
    assert observation.before["account_total"]["before"] == "0.00"


def test_the_version_ignores_unrelated_postings(books: Books) -> None:
    before = seen(books).version
    books.post("key-9", document="INV-9", total="3.00")
    assert seen(books).version == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vendors SET account = '6300' WHERE company = 'northwind'",
        "UPDATE accounts SET name = 'Entertainment' WHERE company = 'northwind'",
        "UPDATE periods SET closed_at = now() WHERE starts_on = '2026-10-01'",
        "DELETE FROM periods WHERE starts_on = '2026-10-01'",
    ],
)
def test_the_version_changes_with_what_matters(books: Books, change: str) -> None:
    before = seen(books).version
    books.owner.execute(change)
    assert seen(books).version != before


def test_the_version_changes_when_somebody_else_posts_the_same(books: Books) -> None:
    before = seen(books).version
    books.post(document="INV-2")
    assert seen(books).version != before


def test_another_companys_books_do_not_show(books: Books) -> None:
    before = seen(books)
    harbour = Books(books.owner, "harbour")
    harbour.post()
    assert seen(books) == before


def test_the_entry_to_void_is_shown(books: Books) -> None:
    number = books.post()
    observation = seen_void(books, number)
    assert observation.before["entry"]["expense"] == number
    assert observation.before["entry"]["total"] == "54.19"
    assert observation.notes == ()


def test_an_entry_voided_meanwhile_changes_the_version(books: Books) -> None:
    number = books.post()
    before = seen_void(books, number)
    told = {"expense": number, "vendor": GARDENIA, "currency": "MYR", "total": "54.19"}
    VOID.run(VoidArguments.model_validate(told), key="key-2", context=books.context)
    after = seen_void(books, number)
    assert after.version != before.version
    assert after.notes == (f"The entry is already voided by expense {books.rows()[1]['id']}",)
    assert seen_void(books, books.rows()[1]["id"]).notes[0].startswith("The entry is itself a voiding entry")


def test_an_entry_that_is_not_there_is_a_note(books: Books) -> None:
    assert seen_void(books, 999).before == {"entry": None}


def test_versions_asked_together_are_those_told_one_by_one(books: Books) -> None:
    books.post("key-1", document="INV-9", total="100.00")
    asked = [
        books.expense(), books.expense(document="INV-9", total="100.00"), books.expense(total="100.00"),
        books.expense(vendor="Nobody Ltd"), books.expense(date="1999-01-01"),
        books.expense(currency="EUR", account="9999"),
    ]  # fmt: skip
    told = POST.versions_now(asked, context=books.context)
    assert told == [POST.observe(one, context=books.context).version for one in asked]
    assert len(set(told)) == len(asked)
