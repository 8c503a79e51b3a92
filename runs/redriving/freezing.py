"""Which writes a redrive holds, frozen when somebody asks for it: every one behind open failures of the case, oldest
first, with what our own rows say of it. A few statements, whether it is one write or twenty-five thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from runs.models import Redrive
from runs.models.execution import State as Effect
from runs.redriving.foreseeing import DOUBTFUL, UNAPPROVED, UNDER_WAY, UNSEEN

MOST = 50_000  # writes of one redrive; what is beyond stays open, and is sent by the next


@dataclass(frozen=True)
class Frozen:
    """How many lines there are, and of those that can be sent: how many, by which tools, and the money behind them."""

    lines: int
    writes: int
    tools: frozenset[str]
    money: Mapping[str, Decimal]


_FREEZE = f"""
INSERT INTO runs_redriveline (redrive_id, position, execution_id, foreseen, state, why)
SELECT %(redrive)s, row_number() OVER (ORDER BY wanted.first), effect.id, CASE
        WHEN effect.state = '{Effect.UNKNOWN}' THEN '{DOUBTFUL}'
        WHEN effect.state <> '{Effect.FAILED}' THEN '{UNDER_WAY}'
        WHEN asked.state = 'approved' AND asked.digest = effect.digest THEN '{UNSEEN}'
        ELSE '{UNAPPROVED}' END, 'waiting', ''
FROM (
    SELECT execution, min(id) AS first FROM exceptions_occurrence
    WHERE case_id = %(case)s AND disposition = 'open' AND execution IS NOT NULL
    GROUP BY execution ORDER BY 2 LIMIT {MOST}
) AS wanted
JOIN runs_execution AS effect ON effect.id = wanted.execution
JOIN approvals_proposal AS asked ON asked.id = effect.proposal_id
"""  # noqa: S608  the only things filled in are constants
_BEHIND = f"""
SELECT effect.tool, asked.currency, count(*), sum(abs(asked.amount)) FROM runs_redriveline AS line
JOIN runs_execution AS effect ON effect.id = line.execution_id
JOIN approvals_proposal AS asked ON asked.id = effect.proposal_id
WHERE line.redrive_id = %(redrive)s AND line.foreseen = '{UNSEEN}' GROUP BY 1, 2
"""  # noqa: S608  the only things filled in are constants


def freeze(redrive: Redrive) -> Frozen:
    """Write the lines of a redrive that has none, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, {"redrive": redrive.pk, "case": redrive.case_id})
        lines = cursor.rowcount
        cursor.execute(_BEHIND, {"redrive": redrive.pk})
        rows = cursor.fetchall()
    money: dict[str, Decimal] = {}
    for _, currency, _, amount in rows:
        if amount and currency:
            money[currency] = money.get(currency, Decimal(0)) + amount
    return Frozen(lines, sum(row[2] for row in rows), frozenset(row[0] for row in rows), money)
