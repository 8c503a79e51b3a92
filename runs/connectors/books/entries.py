"""An entry of the books as JSON, and as the receipt of the write that made it."""

from typing import Any

from approvals.tools import Receipt
from runs.connectors.books.database import Row


def image(row: Row) -> dict[str, Any]:
    """The entry's own columns, money as decimal strings."""
    return {
        "expense": row["id"],
        "vendor": row["vendor"],
        "document": row["document"] or None,
        "date": row["date"].isoformat(),
        "currency": row["currency"],
        "net": str(row["net"]),
        "tax": str(row["tax"]) if row["tax"] is not None else None,
        "total": str(row["total"]),
        "account": row["account"],
        "description": row["description"] or None,
        "voids": row["voids"],
        "posted_at": row["posted_at"].isoformat(),
        "posted_by": row["posted_by"],
    }


def receipt(row: Row) -> Receipt:
    """The proof of an entry. One that voids also says how to post the voided expense again."""
    data: dict[str, Any] = {"expense": row["id"]}
    if row["voids"] is not None:
        data |= {"voids": row["voids"], "again": _again(row)}
    return Receipt(f"expense:{row['id']}", after=image(row), data=data)


def _again(row: Row) -> dict[str, Any]:
    """Arguments of `books.post_expense` for what this entry voided."""
    told: dict[str, Any] = {
        "vendor": row["vendor"],
        "date": row["date"].isoformat(),
        "currency": row["currency"],
        "total": str(-row["total"]),
        "account": row["account"],
    }
    if row["tax"] is not None:
        told["tax"] = str(-row["tax"] + 0)
    if row["document"]:
        told["document"] = row["document"]
    return told
