"""Versions of a prompt side by side: how often people signed what came of each, what it cost, how long it took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from approvals.models import Workspace
from approvals.statistics import bounds

SINCE = timedelta(days=90)
MOST = 20_000  # questions looked at, newest first

_TAKEN = """
WITH asked AS (
    SELECT * FROM runs_modelcall WHERE workspace_id = %(workspace)s AND prompt = %(prompt)s AND purpose = 'work'
      AND asked_at >= %(since)s ORDER BY asked_at DESC LIMIT %(most)s
), judged AS (
    SELECT DISTINCT ON (a.proposal) a.prompt_version, d.signed, d.edited, d.rejected
    FROM asked a JOIN approvals_proposal p ON p.id = a.proposal AND NOT p.drill
    JOIN LATERAL (SELECT bool_or(verdict = 'approve') AS signed, bool_or(verdict = 'edit') AS edited,
                         bool_or(verdict = 'reject') AS rejected
                  FROM approvals_decision WHERE proposal_id = p.id AND NOT by_policy) d
      ON d.signed OR d.edited OR d.rejected
    ORDER BY a.proposal, a.asked_at
)
SELECT prompt_version AS version, count(*) AS asked, count(*) FILTER (WHERE from_cache) AS cached,
    count(*) FILTER (WHERE error <> '') AS failed, count(*) FILTER (WHERE cost IS NULL) AS unpriced,
    coalesce(sum(cost), 0) AS cost, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE NOT from_cache) AS usual_ms,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE NOT from_cache) AS slow_ms,
    (SELECT array[count(*) FILTER (WHERE signed AND NOT edited AND NOT rejected),
                  count(*) FILTER (WHERE edited AND NOT rejected), count(*) FILTER (WHERE rejected)]
     FROM judged WHERE judged.prompt_version = asked.prompt_version) AS verdicts
FROM asked GROUP BY prompt_version ORDER BY prompt_version
"""


@dataclass(frozen=True)
class Rate:
    """``count`` of ``n``, and the Wilson interval (Wilson 1927) that 95 in 100 such samples would give it."""

    count: int
    n: int
    share: float = 0.0
    low: float = 0.0
    high: float = 1.0

    @property
    def interval(self) -> str:
        """The interval in percent."""
        return f"{self.low * 100:.0f} to {self.high * 100:.0f} %"


@dataclass(frozen=True)
class Figures:
    """What one version took and what came of it. ``cost`` leaves out the ``unpriced`` questions."""

    asked: int
    cached: int
    failed: int
    unpriced: int
    cost: Decimal
    each: Decimal | None
    tokens_in: int
    tokens_out: int
    usual_ms: float | None
    slow_ms: float | None
    judged: int
    right: Rate
    edited: Rate
    rejected: Rate


def of(workspace: Workspace, prompt: str, now: datetime) -> dict[int, Figures]:
    """Figures by version. One query, over the newest questions of the last months."""
    asked: dict[str, Any] = {"workspace": workspace.pk, "prompt": prompt, "since": now - SINCE, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, asked)
        names = [column.name for column in cursor.description]
        return {row[0]: _figures(dict(zip(names, row, strict=True))) for row in cursor.fetchall()}


def _figures(row: dict[str, Any]) -> Figures:
    row.pop("version")
    verdicts = row.pop("verdicts")
    judged, paid = sum(verdicts), row["asked"] - row["unpriced"]
    right, edited, rejected = (rate(count, judged) for count in verdicts)
    return Figures(
        **row, each=row["cost"] / paid if paid else None, judged=judged, right=right, edited=edited, rejected=rejected
    )  # fmt: skip


def rate(count: int, n: int) -> Rate:
    """With nothing counted, anything may be true."""
    if not n:
        return Rate(0, 0)
    return Rate(count, n, count / n, *bounds.wilson(count, n))
