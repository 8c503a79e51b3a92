"""Calls as rows: those that say the same of many cases are told to the database once, which writes a row for each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from approvals import prepared
from exceptions.models.call import CallState
from exceptions.models.channel import Kind

Way = tuple[str, int | None, int | None]  # of which kind, to which user, through which channel


@dataclass(frozen=True)
class Said:
    """What calls of several cases have in common."""

    workspace: int
    step: int
    why: str
    team: int | None
    instead_of: int | None
    ways: tuple[Way, ...]


_WRITE = f"""
INSERT INTO exceptions_call (workspace_id, case_id, step, why, kind, team_id, user_id, channel_id, instead_of_id, state,
    attempts, next_try_at, delivered_at, error, created_at)
SELECT said.workspace, told.one::uuid, said.step, said.why, way.kind, said.team, way.person, way.channel,
    said.instead_of, CASE WHEN way.at_once THEN '{CallState.DELIVERED}' ELSE '{CallState.WAITING}' END, 0,
    CASE WHEN NOT way.at_once THEN %(now)s END, CASE WHEN way.at_once THEN %(now)s END, '', %(now)s
FROM jsonb_to_recordset(%(said)s::jsonb) AS said (workspace bigint, step smallint, why text, team bigint,
        instead_of bigint, cases jsonb, ways jsonb),
    jsonb_array_elements_text(said.cases) WITH ORDINALITY AS told (one, place),
    jsonb_to_recordset(said.ways) AS way (place int, kind text, person bigint, channel bigint, at_once boolean)
ORDER BY told.place, way.place
RETURNING id
"""  # noqa: S608  the only things filled in are constants


def write(told: Iterable[tuple[Said, Iterable[UUID]]], now: datetime) -> list[int]:
    """Each of these, of its cases, in one statement; in the product they arrive at once. Returns the ids of rows."""
    cases: dict[Said, list[str]] = {}
    for said, about in told:
        cases.setdefault(said, []).extend(map(str, about))
    if not cases:
        return []
    rows = [_as_json(said, marks) for said, marks in cases.items()]
    with prepared.cursor() as cursor:
        cursor.execute(_WRITE, {"said": json.dumps(rows), "now": now})
        return [row[0] for row in cursor.fetchall()]


def _as_json(said: Said, cases: list[str]) -> dict[str, Any]:
    ways = [
        {"place": place, "kind": kind, "person": person, "channel": channel, "at_once": kind == Kind.IN_APP}
        for place, (kind, person, channel) in enumerate(said.ways)
    ]
    return {
        "workspace": said.workspace, "step": said.step, "why": said.why, "team": said.team,
        "instead_of": said.instead_of, "cases": cases, "ways": ways,
    }  # fmt: skip
