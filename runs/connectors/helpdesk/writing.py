"""Changing who has a ticket: one row under one write key, however often it is tried."""

from typing import Any

from approvals.tools import Receipt, Refused, Transient, Unknown
from runs.connectors.helpdesk import database
from runs.connectors.helpdesk.database import Row

_STANDS = "SELECT id, sender, subject, team, label, state, version FROM helpdesk.tickets WHERE company = %s AND id = %s"
_CHANGE = """
INSERT INTO helpdesk.changes (write_key, company, ticket, version, team, label)
VALUES (%(key)s, %(company)s, %(ticket)s, coalesce(%(version)s,
    (SELECT version FROM helpdesk.tickets WHERE company = %(company)s AND id = %(ticket)s), 0), %(team)s, %(label)s)
RETURNING *
"""
_UNDER_KEY = "SELECT * FROM helpdesk.changes WHERE company = %s AND write_key = %s"


def ticket(*, company: str, number: str) -> Row | None:
    """The ticket as it stands."""
    with database.reading() as helpdesk:
        return helpdesk.execute(_STANDS, [company, number]).fetchone()


def change(
    *, company: str, key: str, ticket: str, team: str | None, label: str | None, version: int | None
) -> Receipt:
    """Write, or return the receipt this key has. ``version`` is the ticket's as it was signed; None takes any."""
    facts = {
        "company": company,
        "key": key,
        "ticket": ticket,
        "team": team,
        "label": label,
        "version": version,
    }
    try:
        with database.writing() as helpdesk:
            row = helpdesk.execute(_CHANGE, facts).fetchone()
    except (Transient, Unknown):
        raise
    except Refused:
        row = _under(company, key)  # a repeat finds another version than it was signed for, and is no failure
        if row is None or (row["ticket"], row["team"], row["label"]) != (ticket, team, label):
            raise
    assert row is not None
    return receipt(row)


def rehearse(*, company: str, key: str, ticket: str, team: str | None, label: str | None) -> Row:
    """The change as the helpdesk would make it, made and taken back."""
    facts = {"company": company, "key": key, "ticket": ticket, "team": team, "label": label, "version": None}
    with database.rehearsing() as helpdesk:
        row = helpdesk.execute(_CHANGE, facts).fetchone()
    assert row is not None
    return row


def look_up(*, company: str, key: str) -> Receipt | None:
    """The receipt of the change under this key, None when there was none: a key waits for whoever inserts it."""
    row = _under(company, key)
    return receipt(row) if row else None


def _under(company: str, key: str) -> Row | None:
    with database.reading() as helpdesk:
        return helpdesk.execute(_UNDER_KEY, [company, key]).fetchone()


def receipt(row: Row) -> Receipt:
    """The proof of a change, with what it takes to put it back."""
    after = {"ticket": row["ticket"], "team": row["team"], "label": row["label"]}
    before: dict[str, Any] = {"team": row["team_before"], "label": row["label_before"]}
    data = {"write": row["write_key"], "before": before, "version": row["version"] + 1}
    return Receipt(f"change:{row['ticket']}/{row['version'] + 1}"[:200], after=after, data=data)
