"""Steps written down and added up, in one statement: a workflow tells thousands, and waits for each.

What a run's steps add up to is kept with the run, so that the page of a long run adds nothing up.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from approvals import prepared
from runs.models import Step

TOLD = ("key", "name", "kind", "item", "output", "error")  # what another telling of the same step must repeat
FIELDS = [field for field in Step._meta.concrete_fields if field.name != "run"]

# Of two reporters of one run, one is first: the row is locked before anything is added. Currencies are never added
# together, and what names none is kept apart under the empty name.
_WRITE = """
WITH held AS (
    SELECT id, costs,
        set_config('synchronous_commit', coalesce(%(commit)s, current_setting('synchronous_commit')), true)
    FROM runs_run WHERE id = %(run)s AND state = 'running' FOR NO KEY UPDATE),
told AS (
    INSERT INTO runs_step (run_id, {names}) SELECT held.id, {values}
    FROM held, jsonb_to_recordset(%(steps)s::jsonb) AS one ({columns})
    ON CONFLICT (run_id, key) DO NOTHING
    RETURNING key, error, tokens_in, tokens_out, cost, currency),
paid AS (
    SELECT key AS currency, value::numeric AS amount FROM held, jsonb_each_text(held.costs)
    UNION ALL SELECT upper(currency), cost FROM told WHERE cost IS NOT NULL),
sums AS (
    SELECT coalesce(jsonb_object_agg(currency, trim_scale(amount)::text), '{{}}') AS costs
    FROM (SELECT currency, sum(amount) AS amount FROM paid GROUP BY currency) AS by_currency),
added AS (
    SELECT count(*) AS many, count(error) AS failed, coalesce(sum(tokens_in), 0) AS came,
        coalesce(sum(tokens_out), 0) AS went, array_agg(key) AS keys FROM told)
UPDATE runs_run SET heard_at = %(now)s, steps_told = steps_told + added.many,
    steps_failed = steps_failed + added.failed, tokens_in = tokens_in + added.came,
    tokens_out = tokens_out + added.went, costs = sums.costs
FROM held, added, sums WHERE runs_run.id = held.id
RETURNING added.keys
"""


@cache
def _statement() -> str:
    columns = {str(field.column): field.db_type(connection) for field in FIELDS}
    return _WRITE.format(
        names=", ".join(columns),
        values=", ".join(f"one.{name}" for name in columns),
        columns=", ".join(f"{name} {kind}" for name, kind in columns.items()),
    )


def write(
    run: UUID, steps: Iterable[dict[str, Any]], now: datetime, *, waits: bool = True
) -> set[str] | None:
    """Keys that were new to the run and are written down now; None when it is no longer under way. ``waits``: for the
    disk, when the transaction ends.
    """
    rows = [
        {field.column: step.get(field.name, field.get_default()) for field in FIELDS}
        | {"started_at": step["started_at"] or now}
        for step in steps
    ]
    with prepared.cursor() as cursor:
        steps_told = json.dumps(rows, default=_plain)
        cursor.execute(
            _statement(), {"run": run, "steps": steps_told, "now": now, "commit": None if waits else "off"}
        )
        found = cursor.fetchone()
    return None if found is None else set(found[0] or ())


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def differ(first: Any, again: Any) -> bool:
    """Whether the second telling of a step says something else than the first, which stands."""
    return first is not again and any(getattr(first, name) != getattr(again, name) for name in TOLD)
