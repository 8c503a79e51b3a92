"""What PostgreSQL's refusals mean to a caller. Told apart by codes and constraint names, never by prose."""

import psycopg
from psycopg import errors as pg

from approvals.tools import Refused, Transient, Unknown
from runs.connectors.postgres import LATE, rolled_back

# constraint -> failure class, words, argument it is about
REFUSALS: dict[str, tuple[str, str, str]] = {
    "change_of_a_ticket": ("integration.refused", "The helpdesk has no such ticket", "ticket"),
    "ticket_is_open": ("integration.refused", "The ticket is closed", "ticket"),
    "ticket_as_it_was": ("posting.target_changed", "Somebody changed the ticket meanwhile", "ticket"),
    "ticket_team_named": ("integration.refused", "The helpdesk refuses the team’s name", "team"),
    "ticket_label_named": ("integration.refused", "The helpdesk refuses the label", "label"),
    "changes_pkey": ("integration.refused", "This write key belongs to another change", ""),
}
UNPREPARED = (pg.UndefinedTable, pg.InvalidSchemaName, pg.UndefinedColumn, pg.InsufficientPrivilege)


def unreachable(message: str = "The helpdesk cannot be reached") -> Transient:
    return Transient("integration.unreachable", message)


def classified(error: psycopg.Error) -> Refused:
    """What an error before the commit means: nothing was written, for good or for now."""
    if isinstance(error, LATE):
        return Transient("integration.timeout", "The helpdesk did not answer in time")
    if isinstance(error, UNPREPARED):
        return unreachable("The helpdesk is not prepared for us: `manage.py prepare_books` does that")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return unreachable()
    known = REFUSALS.get(error.diag.constraint_name or "")
    return Refused(*(known or ("integration.refused", "The helpdesk refuses this change", "")))


def in_doubt(error: psycopg.Error) -> Refused:
    """What an error of the commit itself means: certain only where the server said that it rolled back."""
    if rolled_back(error):
        return classified(error)
    return Unknown("outcome.unknown", "The connection broke while the helpdesk was writing")
