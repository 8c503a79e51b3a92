"""The books as they stand before a write: shown to the reviewer, signed, and compared again before the call."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from approvals import canonical
from approvals.tools import Observation
from runs.connectors.books import database, entries
from runs.connectors.books.arguments import PostArguments, VoidArguments
from runs.connectors.books.database import Row

_STANDS = "voids IS NULL AND NOT EXISTS (SELECT 1 FROM expenses v WHERE v.voids = e.id)"
# What a version is taken over, found by steps down indexes however much the books hold.
_MATTERS = """
    v.name AS vendor, v.account AS vendor_account, v.currency AS vendor_currency, v.country,
    a.code AS account, a.name AS account_name, p.starts_on, p.ends_on, p.closes_on, p.closed_at,
    (SELECT d.expense FROM standing_documents d WHERE d.company = %(company)s AND d.vendor = v.name
        AND d.document = document_key(asked.document)) AS same_document,
    same.first AS same_amount, same.many AS same_amounts
"""
_ASKED = f"""
FROM jsonb_to_recordset(%(asked)s::jsonb)
    AS asked(vendor text, document text, date date, currency bpchar, total numeric, account text, place int)
LEFT JOIN vendors v ON v.company = %(company)s AND v.name = asked.vendor
LEFT JOIN accounts a ON a.company = %(company)s AND a.code = coalesce(asked.account, v.account)
LEFT JOIN periods p ON p.company = %(company)s AND asked.date BETWEEN p.starts_on AND p.ends_on
LEFT JOIN LATERAL (
    SELECT min(e.id) AS first, count(*) AS many FROM expenses e
    WHERE e.company = %(company)s AND e.vendor = v.name AND e.date = asked.date AND e.total = asked.total
        AND e.currency = asked.currency AND {_STANDS}) AS same ON true
"""  # noqa: S608 (put together from our own words)
_VERSIONS = f"SELECT {_MATTERS} {_ASKED} ORDER BY asked.place"
_POSTING = f"""
SELECT {_MATTERS},
    (SELECT count(*) FROM expenses e WHERE e.company = %(company)s AND e.vendor = v.name
        AND e.date BETWEEN p.starts_on AND p.ends_on AND {_STANDS}) AS vendor_entries,
    (SELECT sum(e.total) FROM expenses e WHERE e.company = %(company)s AND e.account = a.code
        AND e.currency = asked.currency AND e.date BETWEEN p.starts_on AND p.ends_on) AS account_total
{_ASKED}
"""  # noqa: S608
_VOIDING = """
SELECT e.*, v.id AS voided_by, p.closed_at
FROM expenses e
LEFT JOIN expenses v ON v.voids = e.id
LEFT JOIN periods p ON p.company = e.company AND e.date BETWEEN p.starts_on AND p.ends_on
WHERE e.company = %s AND e.id = %s
"""


def before_posting(arguments: PostArguments, *, company: str) -> Observation:
    """The vendor, the account's total before and after, the period. What is missing is null, with a note."""
    (row,) = _read(_POSTING, [arguments], company)
    has_period = row["starts_on"] is not None
    return Observation(
        before={
            "vendor": _vendor(row),
            "account": {"code": row["account"], "name": row["account_name"]} if row["account"] else None,
            "period": _period(row) if has_period else None,
            "account_total": _totals(row, arguments) if has_period and row["account"] else None,
            "vendor_entries": row["vendor_entries"],
        },
        version=_version(row),
        deadline=row["closes_on"].isoformat() if has_period and row["closed_at"] is None else None,
        notes=tuple(_notes(row, arguments)),
    )


def posting_versions(arguments: Sequence[PostArguments], *, company: str) -> list[str]:
    """The versions alone, without the sums that only a reviewer reads. One question for all."""
    return [_version(row) for row in _read(_VERSIONS, arguments, company)]


def before_voiding(arguments: VoidArguments, *, company: str) -> Observation:
    """The entry as the books hold it."""
    with database.reading() as books:
        row = books.execute(_VOIDING, [company, arguments.expense]).fetchone()
    if row is None:
        return Observation(
            {"entry": None}, canonical.digest(None), notes=("There is no such entry in the books",)
        )
    entry = entries.image(row)
    notes = []
    if row["voided_by"] is not None:
        notes.append(f"The entry is already voided by expense {row['voided_by']}")
    if row["voids"] is not None:
        notes.append("The entry is itself a voiding entry: post the expense again instead")
    if row["closed_at"] is not None:
        notes.append(f"The period of {row['date']} is closed")
    if (row["vendor"], row["currency"], row["total"]) != (
        arguments.vendor,
        arguments.currency,
        arguments.total,
    ):
        notes.append("The books hold another vendor, currency or total under this number")
    version = canonical.digest([entry, row["voided_by"], row["closed_at"] is not None])
    return Observation({"entry": entry}, version, notes=tuple(notes))


def _read(query: str, arguments: Sequence[PostArguments], company: str) -> list[Row]:
    asked = [one.model_dump(mode="json") | {"place": place} for place, one in enumerate(arguments)]
    with database.reading() as books:
        return books.execute(query, {"company": company, "asked": json.dumps(asked)}).fetchall()


def _vendor(row: Row) -> dict[str, Any] | None:
    if row["vendor"] is None:
        return None
    return {
        "name": row["vendor"],
        "account": row["vendor_account"],
        "currency": row["vendor_currency"],
        "country": row["country"],
    }


def _period(row: Row) -> dict[str, str]:
    days = {name: row[name].isoformat() for name in ("starts_on", "ends_on", "closes_on")}
    return days | {"state": "open" if row["closed_at"] is None else "closed"}


def _totals(row: Row, arguments: PostArguments) -> dict[str, str]:
    before = row["account_total"] or 0
    return {
        "currency": arguments.currency,
        "before": f"{before:.2f}",
        "after": f"{before + arguments.total:.2f}",
    }


def _version(row: Row) -> str:
    """Changes with vendor, account, period and repeats; not with every unrelated posting."""
    matters = ("vendor", "vendor_account", "vendor_currency", "country", "account", "account_name", "same_document",
               "same_amount", "same_amounts")  # fmt: skip
    period = _period(row) if row["starts_on"] is not None else None
    return canonical.digest([{name: row[name] for name in matters}, period])


def _notes(row: Row, arguments: PostArguments) -> Iterator[str]:
    if row["vendor"] is None:
        yield "The vendor is not in the books"
    elif row["vendor_currency"] != arguments.currency:
        yield f"The vendor usually bills in {row['vendor_currency']}"
    if row["account"] is None and (arguments.account or row["vendor"]):
        yield "The account is not in the books"
    if row["starts_on"] is None:
        yield "The books have no period for this date"
    elif row["closed_at"] is not None:
        yield f"The period {row['starts_on']} to {row['ends_on']} is closed"
    if row["same_document"] is not None:
        yield f"The vendor's document is already in the books, as expense {row['same_document']}"
    elif row["same_amount"] is not None:
        yield f"The same vendor, date and total are already in the books, as expense {row['same_amount']}"
