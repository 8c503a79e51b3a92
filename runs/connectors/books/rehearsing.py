"""An entry tried in the books: made by the very statement that would post it, read back, and rolled back."""

from typing import Any

from approvals.tools import Rehearsal
from runs.connectors.books import entries, observing, writing
from runs.connectors.books.arguments import PostArguments, VoidArguments
from runs.connectors.books.database import Row

KEPT = (
    "Tried in a transaction that was rolled back: triggers and constraints have spoken, and nothing is kept. "
    "The books count on: the number of the entry that was tried stays unused"
)
_OF_THE_TRY = ("expense", "posted_at", "posted_by")  # the entry that is posted in earnest has others


def posting(arguments: PostArguments, *, key: str, company: str) -> Rehearsal:
    """The entry as it would stand, and what it makes of the account's total."""
    seen = observing.before_posting(arguments, company=company)
    row = writing.rehearse_posting(arguments, key=key, company=company)
    would: dict[str, Any] = {"after": _entry(row)}
    if seen.before["account_total"]:
        would["account_total"] = seen.before["account_total"]
    return Rehearsal(spelled_posting(arguments, company=company), would, (KEPT, *seen.notes))


def voiding(arguments: VoidArguments, *, key: str, company: str) -> Rehearsal:
    """The entry that stands, and the one that would mirror it."""
    seen = observing.before_voiding(arguments, company=company)
    row = writing.rehearse_voiding(arguments, key=key, company=company)
    request = spelled_voiding(arguments, company=company)
    return Rehearsal(request, {"before": seen.before["entry"], "after": _entry(row)}, (KEPT, *seen.notes))


def spelled_posting(arguments: PostArguments, *, company: str) -> str:
    """The entry as a line for each of its columns; columns the books fill are left out."""
    return _spelled("INSERT INTO expenses", {"company": company} | arguments.model_dump(mode="json"))


def spelled_voiding(arguments: VoidArguments, *, company: str) -> str:
    told = arguments.model_dump(mode="json")
    voids = {"company": company, "voids": told.pop("expense"), "description": told.pop("reason", None)}
    return _spelled("INSERT INTO expenses, mirrored from the entry it voids", voids | told)


def _entry(row: Row) -> dict[str, Any]:
    return {name: value for name, value in entries.image(row).items() if name not in _OF_THE_TRY}


def _spelled(statement: str, columns: dict[str, Any]) -> str:
    told = [f"  {name} = {value}" for name, value in columns.items() if value is not None]
    return "\n".join([statement, *told])
