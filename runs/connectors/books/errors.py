"""What PostgreSQL's refusals mean to a caller. Told apart by codes and constraint names, never by prose."""

import psycopg
import structlog
from psycopg import errors as pg

from approvals.tools import Refused, Transient, Unknown
from runs.connectors.postgres import LATE, rolled_back

log = structlog.get_logger(__name__)

# constraint -> failure class, words, argument it is about
REFUSALS: dict[str, tuple[str, str, str]] = {
    "expense_vendor_known": ("posting.unknown_vendor", "The vendor is not in the books", "vendor"),
    "expense_in_an_open_period": ("posting.period_closed", "The period is closed in the books", "date"),
    "expense_has_a_period": ("posting.period_closed", "The books have no period for this date", "date"),
    "document_stands_once": (
        "posting.duplicate_document",
        "The vendor's document is already in the books",
        "document",
    ),
    "expense_voided_once": ("posting.already_voided", "The entry is already voided", "expense"),
    "expense_void_known": ("posting.refused", "There is no such entry in the books", "expense"),
    "expense_void_is_final": (
        "posting.refused",
        "A voiding entry is not voided: post again instead",
        "expense",
    ),
    "expense_void_mirrors": ("posting.refused", "A voiding entry must mirror what it voids", "expense"),
    "expense_account_known": ("posting.refused", "The account is not in the books", "account"),
    "expense_is_not_nothing": ("posting.refused", "An entry of nothing is not posted", "total"),
    "expense_adds_up": ("posting.refused", "Net and tax do not add up to the total", "tax"),
    "expense_tax_is_a_part": ("posting.refused", "The tax is not a part of the total", "tax"),
    "expense_currency_code": (
        "posting.refused",
        "The currency is not a code of three capital letters",
        "currency",
    ),
    "expense_written_once": ("posting.refused", "This write key belongs to another entry", ""),
}
UNPREPARED = (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction, pg.InsufficientPrivilege)


def unreachable(message: str = "The books cannot be reached") -> Transient:
    return Transient("integration.unreachable", message)


def classified(error: psycopg.Error) -> Refused:
    """What an error before the commit means: nothing was written, for good (`Refused`) or for now (`Transient`)."""
    constraint = error.diag.constraint_name or ""
    log.info("books.refused", sqlstate=error.sqlstate, constraint=constraint, error=type(error).__name__)
    if isinstance(error, LATE):
        return Transient("integration.timeout", "The books did not answer in time")
    if isinstance(error, UNPREPARED):
        return unreachable("The books are not prepared for us: `manage.py prepare_books` does that")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return unreachable()
    code, words, field = REFUSALS.get(constraint, ("posting.refused", "The books refuse this entry", ""))
    if error.diag.message_detail and constraint == "expense_in_an_open_period":
        words = f"The period {error.diag.message_detail} is closed in the books"
    return Refused(code, words, field)


def in_doubt(error: psycopg.Error) -> Refused:
    """What an error of the commit itself means: certain only where the server said that it rolled back."""
    if rolled_back(error):
        return classified(error)
    log.warning("books.in_doubt", sqlstate=error.sqlstate, error=type(error).__name__)
    return Unknown("outcome.unknown", "The connection broke while the books were writing")
