"""Cases that move together, written with one statement: of each kind of them the database is told once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from approvals import prepared

# What may change, and of which kind it is. What is not said each case keeps.
CHANGED = {
    "state": "text", "step": "smallint", "assignee_id": "integer", "escalated_to_id": "bigint",
    "acknowledged_until": "timestamptz", "reminded_at": "timestamptz", "snoozed_until": "timestamptz",
    "next_escalation_at": "timestamptz",
}  # fmt: skip


@lru_cache
def _statement(names: tuple[str, ...]) -> str:
    """Ids by array, so that each is found by its key, however large the database thinks a list of them is."""
    values = ", ".join(f"{name} = alike.{name}" for name in names)
    told = ", ".join(f"{name} {CHANGED[name]}" for name in names)
    return f"""UPDATE exceptions_case AS held SET {values}
        FROM jsonb_to_recordset(%s::jsonb) AS alike (pks uuid[], {told}) WHERE held.id = ANY(alike.pks)"""  # noqa: S608


def write(moved: Iterable[tuple[Sequence[UUID], Mapping[str, Any]]]) -> None:
    """What becomes of the cases with these ids, in the caller's transaction: a statement for all that change the same
    fields.
    """
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for pks, changes in moved:
        rows[tuple(sorted(changes))].append({"pks": pks, **changes})
    with prepared.cursor() as cursor:
        for names, told in rows.items():
            if names:
                cursor.execute(_statement(names), [json.dumps(told, default=_as_text)])


def _as_text(value: datetime | UUID) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
