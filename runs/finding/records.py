"""Runs found by what they touched and by who answered: a subject, a receipt, a person. Bounded, newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

MOST = 200  # proposals looked at

_BY_RECORD = """
(SELECT p.run FROM approvals_proposal p
 WHERE p.workspace_id = %(workspace)s AND substring(p.subject from position(':' in p.subject) + 1) = %(tail)s
   AND p.subject <> '' AND p.run IS NOT NULL AND NOT p.drill AND (%(whole)s = %(tail)s OR p.subject = %(whole)s)
 ORDER BY p.id DESC LIMIT %(most)s)
UNION
(SELECT p.run FROM runs_execution e JOIN approvals_proposal p ON p.id = e.proposal_id
 WHERE e.workspace_id = %(workspace)s AND e.state = 'succeeded' AND e.receipt ->> 'reference' = %(whole)s
   AND p.run IS NOT NULL LIMIT %(most)s)
"""
_BY_PERSON = """
SELECT DISTINCT run FROM (
    SELECT p.run FROM approvals_decision d JOIN approvals_proposal p ON p.id = d.proposal_id
    WHERE d.reviewer_id = %(person)s AND p.workspace_id = %(workspace)s AND p.run IS NOT NULL AND NOT p.drill
      AND d.decided_at >= %(since)s AND d.decided_at < %(until)s
    ORDER BY d.decided_at DESC LIMIT %(most)s) answered
"""


def runs_of_record(workspace: int, record: str) -> list[UUID]:
    """Runs that proposed something about that subject, with or without its kind ("receipt:"), or left that receipt."""
    tail = record.partition(":")[2] or record
    return _ask(_BY_RECORD, {"workspace": workspace, "whole": record, "tail": tail, "most": MOST})


def runs_of_person(workspace: int, person: int, since: datetime, until: datetime) -> list[UUID]:
    """Runs of whose proposals that person answered some in that time."""
    told = {"workspace": workspace, "person": person, "since": since, "until": until, "most": MOST}
    return _ask(_BY_PERSON, told)


def _ask(statement: str, told: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return [run for (run,) in cursor.fetchall()]
