"""Whose turn it is: due executions are leased fairly between workspaces and tools, and in order at every target.

A tool of a workspace that has something scheduled is found by one step down an index, so that a claim costs the same
however much was done before and however much waits. Whoever comes with a `Turn` goes on where it stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from approvals import prepared
from approvals.waiting import statements
from runs.execution.leases import LEASE
from runs.models import Execution
from runs.models.execution import State

PAIRS = 64  # tools of workspaces that one claim looks at


@dataclass
class Turn:
    """A worker's way round all tools of all workspaces. ``most`` of one tool are held at once; ``room`` says how many
    more of those it holds some of. ``dry``: a whole lap found nothing.
    """

    workspace: int = 0
    tool: str = ""
    most: int = 1000
    room: Mapping[str, int] = field(default_factory=dict)
    found: bool = False
    dry: bool = False

    @property
    def has_come_round(self) -> bool:
        return (self.workspace, self.tool) == (0, "")

    def move(self, looked_at: int, last: tuple[int, str], claimed: int) -> None:
        self.found = self.found or claimed > 0
        if looked_at == PAIRS:
            self.workspace, self.tool = last
            return
        full = any(room < 1 for room in self.room.values())
        self.dry, self.found = not (self.found or full), False
        self.workspace, self.tool = 0, ""


_CLAIM = """
WITH RECURSIVE pair AS (
    (SELECT workspace_id, tool, due_at, 1 AS number FROM runs_execution
     WHERE state = 'scheduled' AND (workspace_id, tool) > (%(workspace)s, %(tool)s)
     ORDER BY workspace_id, tool, due_at, id LIMIT 1)
    UNION ALL
    SELECT following.workspace_id, following.tool, following.due_at, pair.number + 1
    FROM pair CROSS JOIN LATERAL (
        SELECT workspace_id, tool, due_at FROM runs_execution
        WHERE state = 'scheduled' AND (workspace_id, tool) > (pair.workspace_id, pair.tool)
        ORDER BY workspace_id, tool, due_at, id LIMIT 1
    ) AS following
    WHERE pair.number < %(pairs)s
), open AS MATERIALIZED (
    SELECT pair.workspace_id, pair.tool, coalesce(bounded.room, %(most)s) AS room, b.canary_id
    FROM pair JOIN approvals_workspace w ON w.id = pair.workspace_id AND w.paused_at IS NULL
    LEFT JOIN runs_breaker b ON b.workspace_id = pair.workspace_id AND b.tool = pair.tool AND b.state <> 'closed'
    LEFT JOIN unnest(%(bounded)s::text[], %(rooms)s::int[]) AS bounded(tool, room) ON bounded.tool = pair.tool
    WHERE pair.due_at <= %(now)s AND bounded.room IS DISTINCT FROM 0
      AND NOT EXISTS (SELECT 1 FROM approvals_toolswitch s WHERE s.workspace_id = pair.workspace_id
                      AND s.tool = pair.tool AND s.paused_at IS NOT NULL)
      AND (b.id IS NULL OR b.canary_id IS NOT NULL)
), due AS MATERIALIZED (
    SELECT its.id FROM open CROSS JOIN LATERAL (
        SELECT x.id FROM runs_execution x
        WHERE x.workspace_id = open.workspace_id AND x.tool = open.tool
          AND x.state = 'scheduled' AND x.due_at <= %(now)s
          AND (x.leased_until IS NULL OR x.leased_until < %(now)s)
          AND (open.canary_id IS NULL OR x.id = open.canary_id)
          AND (SELECT p.state = 'approved' AND a.paused_at IS NULL
                   AND (p.saga IS NULL OR countersign_saga_lets(p.saga, p.saga_step, p.reverses))
               FROM approvals_proposal p JOIN approvals_agent a ON a.id = p.agent_id WHERE p.id = x.proposal_id)
          AND (x.target = '' OR x.id = (
               SELECT o.id FROM runs_execution o
               WHERE o.target = x.target AND o.target <> '' AND o.state IN ('scheduled', 'started', 'unknown')
                   -- who waits holds nobody
                   AND (o.id = x.id OR o.state <> 'scheduled' OR NOT EXISTS (
                       SELECT FROM approvals_proposal q WHERE q.id = o.proposal_id AND q.saga IS NOT NULL
                         AND NOT countersign_saga_lets(q.saga, q.saga_step, q.reverses)))
               ORDER BY o.created_at, o.id LIMIT 1))
        ORDER BY x.due_at, x.id
        LIMIT least(greatest(%(limit)s / (SELECT count(*) FROM open), 1), open.room)
        FOR NO KEY UPDATE OF x SKIP LOCKED
    ) AS its
    LIMIT %(limit)s
), claimed AS (
    UPDATE runs_execution e SET claimed_by = %(worker)s, lease_epoch = e.lease_epoch + 1, leased_until = %(until)s
    FROM due WHERE e.id = due.id RETURNING e.id
)
SELECT last.number, last.workspace_id, last.tool, claimed.id
FROM (SELECT * FROM pair ORDER BY number DESC LIMIT 1) AS last LEFT JOIN claimed ON true
"""


# what calls and their records read; the rest is fetched when somebody asks
_NEEDED = (
    "workspace__slug", "tool", "tool_version", "arguments", "digest", "write_key", "state", "due_at", "attempts",
    "lease_epoch", "claimed_by", "proposal__run", "proposal__policy", "proposal__amount", "proposal__currency",
    "proposal__observation", "proposal__round", "proposal__digest", "proposal__subject", "proposal__tool",
    "proposal__reverses", "proposal__quorum", "waits_for", "proposal__proposed_by", "proposal__confidence",
    "proposal__agent__tools",
)  # fmt: skip


def claim(*, worker: int, limit: int, now: datetime, turn: Turn | None = None) -> list[Execution]:
    """Lease up to ``limit`` due executions, as many of one tool of one workspace as of another; of each the oldest.

    Left out: what is switched off, and what touches a target that an earlier unsettled execution touches.
    """
    turn = turn or Turn()
    told: dict[str, Any] = {
        "worker": worker, "limit": limit, "now": now, "until": now + LEASE, "pairs": PAIRS, "tool": turn.tool,
        "workspace": turn.workspace, "most": turn.most, "bounded": list(turn.room),
        "rooms": [max(0, room) for room in turn.room.values()],
    }  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_CLAIM, told)
        found = cursor.fetchall()
    claimed = [pk for *_, pk in found if pk is not None]
    turn.move(found[0][0] if found else 0, found[0][1:3] if found else (0, ""), len(claimed))
    if not claimed:
        return []
    rows = statements.ask(_leased(), statements.ids(claimed))
    return sorted(rows, key=lambda row: (row.due_at, row.id))


@cache
def _leased() -> statements.Kept[Execution]:
    rows = Execution.objects.filter(statements.among("runs_execution.id"))
    return statements.keep(rows.select_related("proposal__agent", "workspace").only(*_NEEDED))


def next_due(*, now: datetime, within: timedelta) -> datetime | None:
    """When the next scheduled execution falls due, if that is soon. What is due already is claimed, not awaited."""
    soon = Execution.objects.filter(state=State.SCHEDULED, due_at__gt=now, due_at__lt=now + within)
    return soon.order_by("due_at").values_list("due_at", flat=True).first()
