"""Facts that say the same of many cases: told to the database once, which keeps an entry for each case."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from approvals import bell, ledger, prepared
from approvals.ledger import Fact

OfCases = tuple[Fact, Sequence[UUID]]

_APPEND = """
INSERT INTO approvals_ledgerentry (workspace_id, at, kind, actor_kind, actor, auth, "case", data)
SELECT workspace_id, at, kind, actor_kind, actor, auth, about, data
FROM jsonb_to_recordset(%s::jsonb) AS fact (workspace_id bigint, at timestamptz, kind text, actor_kind text,
    actor text, auth text, data jsonb, cases uuid[]), unnest(fact.cases) AS about
"""


def append(told: Iterable[OfCases]) -> None:
    """Each fact of each of its cases, in one statement. Raises `ledger.OutsideTransaction`."""
    rows = [_as_json(fact, cases) for fact, cases in told]
    if not connection.in_atomic_block:
        raise ledger.OutsideTransaction("ledger entries are appended inside a transaction")
    if not rows:
        return
    with prepared.cursor() as cursor:
        cursor.execute(_APPEND, [json.dumps(rows)])
    bell.ring_after_commit((), work=any(row["actor_kind"] != "worker" for row in rows))


def _as_json(fact: Fact, cases: Sequence[UUID]) -> dict[str, object]:
    return {
        "workspace_id": fact.workspace_id, "at": fact.at.isoformat(), "kind": fact.kind, "data": fact.data,
        "actor_kind": fact.actor.kind, "actor": fact.actor.id, "auth": fact.actor.auth, "cases": [*map(str, cases)],
    }  # fmt: skip
