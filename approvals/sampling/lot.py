"""What a week let happen, and the part of it that is drawn: one statement, so that the week never leaves PostgreSQL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from approvals.models import Workspace
from approvals.oversight.weeks import Week
from approvals.sampling.strata import Frame

# What was approved in the week and stands. The dearest tenth is counted by tool and currency, what lies just above the
# line is the lowest fifth of the distances the confidence gate measured, and a party is fresh in the first week in
# which anything about it was settled.
_WEEK = """
FROM approvals_proposal p
CROSS JOIN LATERAL (SELECT coalesce(bool_or(NOT d.by_policy), true) AS by_person FROM approvals_decision d
  WHERE d.proposal_id = p.id AND d.round = p.round) signed
"""
_GATE = """
CROSS JOIN LATERAL (SELECT min(nullif(r ->> 'measured', '')::numeric - nullif(r ->> 'limit', '')::numeric) AS room
  FROM jsonb_array_elements(p.rulings) r WHERE r ->> 'gate' = 'confidence' AND r ->> 'measured' ~ '^[0-9.]+$'
    AND r ->> 'limit' ~ '^[0-9.]+$') gate
"""
_STANDS = """
WHERE p.workspace_id = %(house)s AND p.settled_at >= %(since)s AND p.settled_at < %(until)s
  AND p.state = 'approved' AND NOT p.drill AND NOT p.shadow AND p.reverses IS NULL
"""
_APPROVED = f"""
SELECT p.id, p.digest, NOT signed.by_person AS auto,
  p.amount IS NOT NULL AND cume_dist() OVER (PARTITION BY signed.by_person, p.tool, p.currency
    ORDER BY abs(p.amount) NULLS FIRST) > 0.9 AS dear,
  gate.room IS NOT NULL
    AND percent_rank() OVER (PARTITION BY signed.by_person ORDER BY gate.room NULLS LAST) < 0.2 AS close,
  p.party <> '' AND NOT EXISTS (SELECT 1 FROM approvals_proposal b WHERE b.workspace_id = p.workspace_id
    AND b.tool = p.tool AND b.party = p.party AND b.settled_at < %(since)s) AS fresh
{_WEEK} {_GATE} {_STANDS}
"""  # noqa: S608  all parts are ours
_DRAW = f"""
WITH approved AS MATERIALIZED ({_APPROVED}),
  framed AS (SELECT s.name, a.id, a.digest FROM approved a CROSS JOIN LATERAL (VALUES ('uniform', a.auto),
    ('amount', a.auto AND a.dear), ('close', a.auto AND a.close), ('fresh', a.auto AND a.fresh), ('people', NOT a.auto)
    ) s(name, lies) WHERE s.lies),
  ranked AS (SELECT name, id, digest, count(*) OVER (PARTITION BY name) AS size,
    row_number() OVER (PARTITION BY name
      ORDER BY sha256(convert_to(%(seed)s || ':' || name || ':' || id::text, 'UTF8'))) AS place FROM framed),
  wanted AS (SELECT key AS name, value::int AS most FROM jsonb_each_text(%(wanted)s::jsonb)),
  drawn AS (SELECT DISTINCT r.id FROM ranked r JOIN wanted w USING (name) WHERE r.place <= w.most)
SELECT r.name, r.id, r.digest, r.size, r.place <= w.most FROM ranked r JOIN drawn USING (id) JOIN wanted w USING (name)
UNION ALL SELECT name, NULL, '', count(*), false FROM framed GROUP BY name
"""  # noqa: S608  both are ours
_COUNT = f"SELECT count(*) FILTER (WHERE NOT signed.by_person) {_WEEK} {_STANDS}"


@dataclass(frozen=True)
class Drawn:
    """One proposal, as it was approved, every stratum it lies in, and those whose lot fell on it."""

    proposal: UUID
    digest: str
    strata: tuple[str, ...]
    through: tuple[str, ...]


def automatic(workspace: Workspace, week: Week) -> int:
    """How many passed by policy in the week: the size of its lot."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _week(workspace, week))
        return int(cursor.fetchone()[0])


def draw(
    workspace: Workspace, week: Week, seed: str, wanted: Mapping[str, int]
) -> tuple[list[Drawn], dict[str, Frame]]:
    """What is drawn, by id, and the frame of each stratum."""
    asked = _week(workspace, week) | {"seed": seed, "wanted": json.dumps(wanted)}
    found: dict[UUID, tuple[str, list[str], list[str]]] = {}
    sizes: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, asked)
        for name, proposal, digest, size, fell in cursor.fetchall():
            if proposal is None:
                sizes[name] = size
                continue
            _, strata, through = found.setdefault(proposal, (digest, [], []))
            strata.append(name)
            through += [name] if fell else []
    drawn = [Drawn(pk, digest, *map(_told, names)) for pk, (digest, *names) in sorted(found.items())]
    return drawn, {name: Frame(sizes.get(name, 0), min(sizes.get(name, 0), wanted[name])) for name in wanted}


def _told(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _week(workspace: Workspace, week: Week) -> dict[str, Any]:
    return {"house": workspace.pk, "since": week.since, "until": week.until}
