"""Entries as the bytes that are sealed: canonical JSON (RFC 8785), read from the table in batches.

What is sealed is what the database holds, read back as text, and not what some object in memory believed it wrote.
Numbers that a double cannot carry through JSON unchanged (large integers, exponents) are sealed as the digits
PostgreSQL keeps, in a string: every row has one spelling, and no row can stop the sealer.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from approvals.canonical import LARGEST_INTEGER
from approvals.sealing.horizon import START, Place

AT_ONCE = 5_000
ROWS = """
    SELECT transaction, id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), kind, actor_kind, actor,
           auth, proposal::text, execution::text, "case"::text, run::text, data::text
    FROM approvals_ledgerentry WHERE workspace_id = %s {conditions} ORDER BY {order} LIMIT %s
"""
FORWARD, BACKWARD = "transaction, id", "transaction DESC, id DESC"
BEHIND, BEFORE, UPTO, BELOW = (
    "AND (transaction, id) > (%s, %s)",
    "AND (transaction, id) < (%s, %s)",
    "AND (transaction, id) <= (%s, %s)",
    "AND transaction < %s",
)


class Leaf(NamedTuple):
    """One entry, ready to be hashed."""

    place: Place
    data: bytes


def after(
    *,
    workspace_id: int,
    place: Place = START,
    limit: int = AT_ONCE,
    below: int | None = None,
    upto: Place | None = None,
) -> list[Leaf]:
    """The next entries behind ``place`` in sealing order: of transactions ``below`` a number, or ``upto`` a place."""
    conditions, bounds = BEHIND, [*place]
    if below is not None:
        conditions, bounds = f"{conditions} {BELOW}", [*bounds, below]
    if upto is not None:
        conditions, bounds = f"{conditions} {UPTO}", [*bounds, *upto]
    return _read(workspace_id, conditions, bounds, FORWARD, limit)


def newest(
    *,
    workspace_id: int,
    limit: int,
    before: Place | None = None,
    behind: Place | None = None,
    kind: str = "",
    proposal: UUID | None = None,
) -> list[Leaf]:
    """A page of entries, the newest first: those just ``before`` a place, or those just ``behind`` it."""
    conditions, bounds = "", list[Any]()
    for value, condition in ((kind, "AND kind = %s"), (proposal, "AND proposal = %s")):
        if value:
            conditions, bounds = f"{conditions} {condition}", [*bounds, value]
    if behind is not None:
        return _read(workspace_id, f"{conditions} {BEHIND}", [*bounds, *behind], FORWARD, limit)[::-1]
    if before is not None:
        conditions, bounds = f"{conditions} {BEFORE}", [*bounds, *before]
    return _read(workspace_id, conditions, bounds, BACKWARD, limit)


def walk(*, workspace_id: int) -> Iterator[Leaf]:
    """Every entry of a workspace in sealing order, a batch in memory at a time."""
    place = START
    while batch := after(workspace_id=workspace_id, place=place):
        yield from batch
        place = batch[-1].place


def _read(workspace_id: int, conditions: str, bounds: list[Any], order: str, limit: int) -> list[Leaf]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(conditions=conditions, order=order), [workspace_id, *bounds, limit])
        return [
            Leaf(Place(row[0], row[1]), _encode(_document(workspace_id, row))) for row in cursor.fetchall()
        ]


def _document(workspace_id: int, row: tuple) -> dict[str, Any]:
    transaction, number, at, kind, actor_kind, actor, auth, proposal, execution, case, run, data = row
    return {
        "actor": actor, "actor_kind": actor_kind, "at": at, "auth": auth, "case": case, "data": _decode(data),
        "execution": execution, "id": number, "kind": kind, "proposal": proposal, "run": run,
        "transaction": transaction, "workspace": workspace_id,
    }  # fmt: skip


def _integer(digits: str) -> int | str:
    if len(digits) > len(str(-LARGEST_INTEGER)):
        return digits
    value = int(digits)
    return value if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else digits


def _real(digits: str) -> int | float | str:
    value = float(digits)
    if abs(value) > LARGEST_INTEGER:
        return digits
    if value.is_integer():
        return int(value)
    # From here up Python and RFC 8785 spell the same shortest digits.
    return value if abs(value) >= 1e-4 else digits


_decode = json.JSONDecoder(parse_int=_integer, parse_float=_real).decode
_dump = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def _encode(document: dict[str, Any]) -> bytes:
    return _dump(document).encode()
