"""The kill switches of a workspace, an agent and a tool: pulled, nothing of theirs is written until it is released.

Proposals still come in and wait for people, executions stay scheduled and go on after the release, and no clock runs:
what a switch touches gets the time it stood still back when it is released.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals import ledger, locks, prepared, wording
from approvals.actors import Actor
from approvals.models import Agent, Proposal, ToolSwitch, Workspace
from approvals.waiting import statements

NEARLY = timedelta(minutes=2)  # a stopped clock with less left than this is given its time back at every tick
LONGEST_UNDO = timedelta(days=1)


class AlreadyPulled(LookupError):
    """The switch is pulled: nothing is written already."""


class AlreadyReleased(LookupError):
    """The switch is not pulled."""


@dataclass(frozen=True)
class OfTool:
    """One tool in one workspace, as something that has a switch."""

    workspace: Workspace
    tool: str


Switched = Workspace | Agent | OfTool


@dataclass(frozen=True)
class Pulled:
    """A switch that is pulled: of ``what`` (workspace, agent, tool), since when and by whom."""

    what: str
    key: str  # the agent's id in hex, or the tool's name
    name: str
    at: datetime
    by: str = ""

    def touches(self, *, agent: str, tool: str) -> bool:
        return self.key == {"workspace": "", "agent": agent, "tool": tool}[self.what]


def pull(*, of: Switched, actor: Actor, now: datetime, by: int | None = None) -> None:
    """Stop everything the workspace, the agent or the tool would write. Raises `AlreadyPulled`."""
    with transaction.atomic():
        _take_turn(of)
        if isinstance(of, OfTool):
            ToolSwitch.objects.get_or_create(workspace=of.workspace, tool=of.tool)
        if not _row(of).filter(paused_at__isnull=True).update(paused_at=now, paused_by=by):
            raise AlreadyPulled(str(of))
        _record("switch.pulled", of, actor, now)
    if not isinstance(of, OfTool):
        of.paused_at, of.paused_by_id = now, by


def release(*, of: Switched, actor: Actor, now: datetime) -> None:
    """Let what waited go on, its clocks from where they stood. Raises `AlreadyReleased`."""
    with transaction.atomic():
        _take_turn(of)
        found = _row(of).filter(paused_at__isnull=False).first()
        if found is None:
            raise AlreadyReleased(str(of))
        given_back = _give_back(of, found.paused_at, now)
        _row(of).update(paused_at=None, paused_by=None)
        _record("switch.released", of, actor, now, **({"clocks": given_back} if given_back else {}))
    if not isinstance(of, OfTool):
        of.paused_at = of.paused_by_id = None


def _take_turn(of: Switched) -> None:
    """One switch of a workspace after the other: two released at once would each leave the same time to the other."""
    locks.take(Workspace.objects).get(pk=_workspace_id(of))


def _workspace_id(of: Switched) -> int:
    match of:
        case OfTool():
            return of.workspace.pk
        case Agent():
            return of.workspace_id
    return of.pk


def _row(of: Switched) -> QuerySet[Any]:
    match of:
        case OfTool():
            return ToolSwitch.objects.filter(workspace=of.workspace, tool=of.tool)
        case Agent():
            return Agent.objects.filter(pk=of.pk)
    return Workspace.objects.filter(pk=of.pk)


def _record(kind: str, of: Switched, actor: Actor, now: datetime, **more: int) -> None:
    named = (
        {"tool": of.tool} if isinstance(of, OfTool) else {"agent": of.id.hex} if isinstance(of, Agent) else {}
    )
    ledger.append(workspace_id=_workspace_id(of), kind=kind, actor=actor, at=now, data=named | more)


# Since when a proposal's clock has stood still: for each switch that touches it, the moment it was pulled.
_PULLED = """
(SELECT w.paused_at FROM approvals_workspace w WHERE w.id = p.workspace_id),
(SELECT a.paused_at FROM approvals_agent a WHERE a.id = p.agent_id),
(SELECT s.paused_at FROM approvals_toolswitch s WHERE s.workspace_id = p.workspace_id AND s.tool = p.tool)
"""
# Time that another switch goes on counting is given back by that one, when it is released.
_GIVE_BACK = """
WITH stopped AS MATERIALIZED (
    SELECT p.id, p.state, greatest(p.credited_until, p.created_at, %(pulled)s) AS since,
           least(%(now)s, {others}) AS until
    FROM approvals_proposal p
    WHERE p.workspace_id = %(workspace)s AND {touched}
      AND (p.state = 'pending' OR (p.state = 'approved' AND p.settled_at > %(settled)s AND p.release_at > %(pulled)s))
    ORDER BY p.id FOR NO KEY UPDATE OF p  -- in the order of whoever wants several, such as a batch
)
UPDATE approvals_proposal p SET
    expires_at = CASE WHEN p.state = 'pending' THEN p.expires_at + (s.until - s.since) ELSE p.expires_at END,
    release_at = p.release_at + greatest(s.until - greatest(s.since, p.settled_at), interval '0'),
    credited_until = s.until
FROM stopped s WHERE p.id = s.id AND s.until > s.since AND (p.state = 'approved' OR p.expires_at > s.since)
"""
_TOUCHED = {
    Workspace: ("true", (1, 2)),
    Agent: ("p.agent_id = %(key)s", (0, 2)),
    OfTool: ("p.tool = %(key)s", (0, 1)),
}


def _give_back(of: Switched, pulled: datetime, now: datetime) -> int:
    """Shift what the switch touches by the time it stood still; how many that were. One statement."""
    touched, others = _TOUCHED[type(of)]
    moments = [line.rstrip(",") for line in _PULLED.strip().splitlines()]
    text = _GIVE_BACK.format(touched=touched, others=", ".join(moments[number] for number in others))
    key = of.tool if isinstance(of, OfTool) else of.pk
    given: dict[str, Any] = {
        "pulled": pulled, "now": now, "workspace": _workspace_id(of), "key": key, "settled": pulled - LONGEST_UNDO,
    }  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(text, given)
        return cursor.rowcount


# What a stopped clock keeps alive shows in every queue, so its deadline is moved on before it would pass.
_KEEP_ALIVE = f"""
UPDATE approvals_proposal p SET
    expires_at = p.expires_at + (%(now)s - greatest(p.credited_until, p.created_at, stopped.at)),
    credited_until = %(now)s
FROM (
    SELECT p.id, pulled.at FROM approvals_proposal p CROSS JOIN LATERAL (SELECT least({_PULLED}) AS at) AS pulled
    WHERE p.state = 'pending' AND p.expires_at < %(soon)s AND pulled.at IS NOT NULL
    ORDER BY p.id FOR NO KEY UPDATE OF p
) AS stopped
WHERE p.id = stopped.id AND p.state = 'pending' AND p.expires_at > greatest(p.credited_until, stopped.at)
  AND greatest(p.credited_until, p.created_at, stopped.at) < %(now)s
"""  # noqa: S608  the only thing filled in is a constant


def keep_alive(*, now: datetime) -> int:
    """Give back at once what stopped clocks with little left have lost so far. Returns how many."""
    if not any_pulled():
        return 0
    with prepared.cursor() as cursor:
        cursor.execute(_KEEP_ALIVE, {"now": now, "soon": now + NEARLY})
        return cursor.rowcount


def any_pulled() -> bool:
    """Whether any switch is pulled anywhere."""
    stopped = Q(paused_at__isnull=False)
    return any(model.objects.filter(stopped).exists() for model in (Workspace, Agent, ToolSwitch))


def is_running() -> Q:
    """The clock of a proposal runs: no switch that touches it is pulled. A condition on proposals."""
    tool = ToolSwitch.objects.filter(
        workspace=OuterRef("workspace"), tool=OuterRef("tool"), paused_at__isnull=False
    )
    return Q(workspace__paused_at__isnull=True, agent__paused_at__isnull=True) & ~Q(Exists(tool))


def stopped_since(proposal: Proposal) -> datetime | None:
    """Since when the proposal's clocks have stood still, or None while they run."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"SELECT least({_PULLED}) FROM approvals_proposal p WHERE p.id = %s",  # noqa: S608  a constant
            [proposal.pk],
        )
        row = cursor.fetchone()
    return row[0] if row else None


EVERY = """
SELECT 'workspace', '', w.name, w.paused_at, coalesce(u.username, '')
FROM approvals_workspace w LEFT JOIN auth_user u ON u.id = w.paused_by_id
WHERE w.id = %(workspace)s AND w.paused_at IS NOT NULL
UNION ALL
SELECT 'agent', replace(a.id::text, '-', ''), a.name, a.paused_at, coalesce(u.username, '')
FROM approvals_agent a LEFT JOIN auth_user u ON u.id = a.paused_by_id
WHERE a.workspace_id = %(workspace)s AND a.paused_at IS NOT NULL
UNION ALL
SELECT 'tool', s.tool, s.tool, s.paused_at, coalesce(u.username, '')
FROM approvals_toolswitch s LEFT JOIN auth_user u ON u.id = s.paused_by_id
WHERE s.workspace_id = %(workspace)s AND s.paused_at IS NOT NULL
"""


def pulled_in(workspace_id: int) -> list[Pulled]:
    """The switches that are pulled in a workspace, longest first. One query."""
    with prepared.cursor() as cursor:
        cursor.execute(f"{EVERY} ORDER BY 4", {"workspace": workspace_id})
        rows = cursor.fetchall()
    return [
        Pulled(what, key, wording.tool_title(name) if what == "tool" else name, at, by)
        for what, key, name, at, by in rows
    ]


def tool_is_paused(workspace_id: int, tool: str) -> bool:
    return statements.count(_pulled(), {statements.HOUSE: workspace_id, statements.NAME: tool}) > 0


@cache
def _pulled() -> statements.Kept[Any]:
    rows = ToolSwitch.objects.filter(workspace=statements.HOUSE, tool=statements.NAME)
    return statements.keep(rows.filter(paused_at__isnull=False).values("pk"))
