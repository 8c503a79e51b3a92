"""Posting and voiding: one statement each, at most one entry per write key however often it is tried."""

from collections.abc import Callable
from typing import Any

from approvals.tools import Receipt, Refused, Transient, Unknown
from runs.connectors.books import database, entries
from runs.connectors.books.arguments import PostArguments, VoidArguments
from runs.connectors.books.database import Row

# a vendor the books do not know has no account either: the foreign key then refuses the vendor by name
_POST = """
INSERT INTO expenses (company, vendor, document, date, currency, net, tax, total, account, description, write_key)
VALUES (%(company)s, %(vendor)s, %(document)s, %(date)s, %(currency)s,
    %(total)s - coalesce(%(tax)s, 0), %(tax)s, %(total)s,
    coalesce(%(account)s, (SELECT account FROM vendors WHERE company = %(company)s AND name = %(vendor)s), ''),
    %(description)s, %(key)s)
RETURNING *
"""
_VOID = """
INSERT INTO expenses (company, vendor, document, date, currency, net, tax, total, account, description, write_key,
    voids)
SELECT company, vendor, document, date, currency, -net, -tax, -total, account, %(reason)s, %(key)s, id
FROM expenses
WHERE company = %(company)s AND id = %(expense)s
    AND vendor = %(vendor)s AND currency = %(currency)s AND total = %(total)s
RETURNING *
"""
_UNDER_KEY = "SELECT * FROM expenses WHERE company = %s AND write_key = %s"


def post(arguments: PostArguments, *, key: str, company: str) -> Receipt:
    """Post the expense, or return the receipt of the entry this key already made."""
    facts = _posting(arguments, key, company)
    same = ("vendor", "date", "currency", "total", "document")
    return _write(_POST, facts, is_ours=lambda row: all(row[name] == facts[name] for name in same))


def void(arguments: VoidArguments, *, key: str, company: str) -> Receipt:
    """Insert the entry that mirrors the expense, or return the receipt of the one this key already made."""
    facts = arguments.model_dump() | {"company": company, "key": key}
    return _write(_VOID, facts, is_ours=lambda row: row["voids"] == arguments.expense)


def rehearse_posting(arguments: PostArguments, *, key: str, company: str) -> Row:
    """The entry as the books would make it, made and taken back."""
    return _tried(_POST, _posting(arguments, key, company))


def rehearse_voiding(arguments: VoidArguments, *, key: str, company: str) -> Row:
    """The mirroring entry, made and taken back."""
    return _tried(_VOID, arguments.model_dump() | {"company": company, "key": key})


def look_up(*, key: str, company: str) -> Receipt | None:
    """The receipt of the entry under this key. Waits for one being written, so that None is certain."""
    with database.transaction() as books:
        # the lock every insert takes: whoever still writes under this key is waited for
        books.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        row = books.execute(_UNDER_KEY, [company, key]).fetchone()
    return entries.receipt(row) if row else None


def _posting(arguments: PostArguments, key: str, company: str) -> dict[str, Any]:
    return arguments.model_dump() | {
        "company": company,
        "key": key,
        "document": arguments.document or "",
        "description": arguments.description or "",
    }


def _tried(statement: str, facts: dict[str, Any]) -> Row:
    with database.rehearsing() as books:
        row = books.execute(statement, facts).fetchone()
    if row is None:
        raise _no_such_entry()
    return row


def _no_such_entry() -> Refused:
    return Refused(
        "posting.refused", "The books hold no such entry with this vendor, currency and total", "expense"
    )


def _write(statement: str, facts: dict[str, Any], *, is_ours: Callable[[Row], bool]) -> Receipt:
    try:
        with database.writing() as books:
            row = books.execute(statement, facts).fetchone()
    except (Transient, Unknown):
        raise
    except Refused:
        # A repeat is refused too (its document, its key, a period closed since), and is no failure.
        with database.reading() as books:
            row = books.execute(_UNDER_KEY, [facts["company"], facts["key"]]).fetchone()
        if row is None or not is_ours(row):
            raise
    if row is None:
        raise _no_such_entry()
    return entries.receipt(row)
