"""The two writes the books allow: post an expense, and void one by an entry that mirrors it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from approvals import tools
from approvals.tools import Context, Observation, Receipt, Rehearsal
from approvals.wording import money
from runs.connectors.books import observing, rehearsing, writing
from runs.connectors.books.arguments import PostArguments, VoidArguments
from runs.connectors.values import said


class PostExpense(tools.Tool):
    name = "books.post_expense"
    title = "Post an expense"
    Arguments = PostArguments
    risk = "low"
    reversibility = "exact"
    way_back = "Can be voided"
    way_back_until = "until the period closes on"
    cascade = (
        "whoever has read the entry meanwhile has read it; the entry and its void both stay in the books"
    )
    idempotency = "key"
    grounded = {"vendor": "name", "date": "date", "total": "money"}
    editable = ("vendor", "date", "currency", "total", "tax", "document", "account", "description")
    max_seconds = 15.0

    def amount(self, arguments: PostArguments) -> tuple[Decimal, str]:
        return arguments.total, arguments.currency

    def likeness(self, arguments: PostArguments) -> str:
        return f"{arguments.vendor.casefold()}|{arguments.date}|{arguments.total}|{arguments.currency}"

    def dates(self, arguments: PostArguments) -> dict[str, date]:
        return {"date": arguments.date}

    def headline(self, arguments: dict[str, Any]) -> str:
        money = _money(arguments)
        vendor = said(arguments.get("vendor"))
        return f"Post {money or 'an expense'}{f' to {vendor}' if vendor else ''}"

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        expense = receipt.get("data", {}).get("expense")
        if expense is None:
            return None
        same = {name: arguments[name] for name in ("vendor", "currency", "total")}
        return VoidExpense.name, {"expense": expense, **same, "reason": "reversed"}

    def observe(self, arguments: PostArguments, *, context: Context) -> Observation:
        return observing.before_posting(arguments, company=context.workspace)

    def versions_now(self, arguments: Sequence[PostArguments], *, context: Context) -> list[str]:
        return observing.posting_versions(arguments, company=context.workspace)

    def run(self, arguments: PostArguments, *, key: str, context: Context) -> Receipt:
        return writing.post(arguments, key=key, company=context.workspace)

    def spelled(self, arguments: PostArguments, *, key: str, context: Context) -> str:
        return rehearsing.spelled_posting(arguments, company=context.workspace)

    def rehearse(self, arguments: PostArguments, *, key: str, context: Context) -> Rehearsal:
        return rehearsing.posting(arguments, key=key, company=context.workspace)

    def look_up(self, arguments: PostArguments, *, key: str, context: Context) -> Receipt | None:
        return writing.look_up(key=key, company=context.workspace)


class VoidExpense(tools.Tool):
    name = "books.void_expense"
    title = "Void an expense"
    Arguments = VoidArguments
    risk = "medium"
    reversibility = "compensating"
    cascade = "the expense is posted again under a number of its own"
    idempotency = "key"
    editable = ("reason",)
    reversal_of = PostExpense.name
    max_seconds = 15.0

    def amount(self, arguments: VoidArguments) -> tuple[Decimal, str]:
        return arguments.total, arguments.currency

    def subject(self, arguments: VoidArguments) -> str:
        return f"expense:{arguments.expense}"

    def likeness(self, arguments: VoidArguments) -> str:
        return str(arguments.expense)

    def headline(self, arguments: dict[str, Any]) -> str:
        number = said(arguments.get("expense"))
        money = _money(arguments)
        vendor = said(arguments.get("vendor"))
        of = f": {money}{f' to {vendor}' if vendor else ''}" if money else ""
        return f"Void expense {number}{of}".strip()

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """A void is made good by posting the same expense again, under a number of its own."""
        again = receipt.get("data", {}).get("again")
        return (PostExpense.name, again) if again else None

    def observe(self, arguments: VoidArguments, *, context: Context) -> Observation:
        return observing.before_voiding(arguments, company=context.workspace)

    def run(self, arguments: VoidArguments, *, key: str, context: Context) -> Receipt:
        return writing.void(arguments, key=key, company=context.workspace)

    def spelled(self, arguments: VoidArguments, *, key: str, context: Context) -> str:
        return rehearsing.spelled_voiding(arguments, company=context.workspace)

    def rehearse(self, arguments: VoidArguments, *, key: str, context: Context) -> Rehearsal:
        return rehearsing.voiding(arguments, key=key, company=context.workspace)

    def look_up(self, arguments: VoidArguments, *, key: str, context: Context) -> Receipt | None:
        return writing.look_up(key=key, company=context.workspace)


def _money(arguments: dict[str, Any]) -> str:
    currency, total = said(arguments.get("currency"), 3), said(arguments.get("total"), 20)
    return money(total, currency) if total else currency
