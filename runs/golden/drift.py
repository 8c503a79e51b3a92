"""Drift: once a day, an agent's proposals of late are compared with those before; far and surely far is an alarm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import log1p
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Agent
from approvals.models.stay import Cause
from exceptions import cases
from exceptions.models import Case
from runs.golden import drift_words, lowering, measures, sides
from runs.models import DriftFinding
from runs.models.drift import Level

CODE = "golden.drift"
OF_LATE, BEFORE, FRESH = timedelta(days=7), timedelta(days=35), timedelta(days=8)
MOST, MINUTES, LATE_MINUTES = 2_500, 24 * 60, 10
NUMBERS, KINDS = ("length", "amount", "confidence"), ("party", "label")
USUAL = {"length": sides.of_logarithms, "amount": sides.of_logarithms, "confidence": sides.of_shares}

_SEEN = """
SELECT p.created_at >= %(late)s, p.confidence, p.amount, p.party,
    coalesce(p.proposed_arguments ->> 'label', p.proposed_arguments ->> 'account', ''),
    (SELECT length(content) FROM approvals_evidence WHERE proposal_id = p.id AND kind = 'text'
     ORDER BY position LIMIT 1)
FROM (SELECT * FROM approvals_proposal WHERE agent_id = %(agent)s ORDER BY id DESC LIMIT %(most)s) p
WHERE p.created_at >= %(since)s AND NOT p.drill AND p.reverses IS NULL
"""


def alarms(*, agent: UUID, now: datetime) -> list[DriftFinding]:
    """What alarms about this agent now: the newest look at each feature, if it is not older than eight days."""
    looked = DriftFinding.objects.filter(agent=agent, found_at__gt=now - FRESH)
    newest = looked.order_by("feature", "-found_at").distinct("feature")
    return [row for row in newest if row.level == Level.ALARM]


def newest(*, agents: list[UUID]) -> list[DriftFinding]:
    """The latest look at each feature of each of these agents."""
    looked = DriftFinding.objects.filter(agent__in=agents).select_related("agent", "case")
    return list(looked.order_by("agent", "feature", "-found_at").distinct("agent", "feature"))


def look_due(*, actor: Actor, now: datetime) -> int:
    """Look at those agents whose minute of the day it is, or was a moment ago. Returns how many findings there are."""
    seen = set(
        DriftFinding.objects.filter(found_at__gt=now - timedelta(hours=12)).values_list("agent", flat=True)
    )
    minute = now.hour * 60 + now.minute
    every = Agent.objects.order_by("id").values_list("pk", flat=True)
    due = [pk for pk in every if (minute - pk.int) % MINUTES < LATE_MINUTES and pk not in seen]
    agents = Agent.objects.filter(pk__in=due).select_related("workspace")
    return sum(len(look(agent=agent, actor=actor, now=now)) for agent in agents)


def look(*, agent: Agent, actor: Actor, now: datetime) -> list[DriftFinding]:
    """Compare, write down each feature, and open a case for one that begins to alarm. With too little on either side
    nothing is said.
    """
    rows = []
    with transaction.atomic():
        alarmed = {row.feature: row.case for row in alarms(agent=agent.pk, now=now)}
        for name, (before, of_late) in _samples(agent, now).items():
            distance = (measures.of_numbers if name in NUMBERS else measures.of_kinds)(before, of_late)
            row = DriftFinding(
                workspace_id=agent.workspace_id, agent=agent, feature=name, measure=distance.measure,
                value=distance.value, chance=distance.chance, before=len(before), of_late=len(of_late),
                sides=USUAL.get(name, sides.of_kinds)(before, of_late), level=distance.level, found_at=now,
            )  # fmt: skip
            if row.level == Level.ALARM:
                row.case = alarmed[name] if name in alarmed else _say(row, agent, actor, now)
            row.save(force_insert=True)
            rows.append(row)
    return rows


def _samples(agent: Agent, now: datetime) -> dict[str, tuple[list[Any], list[Any]]]:
    """What each feature was before and is of late, where both are enough to compare."""
    asked: dict[str, Any] = {"agent": agent.pk, "late": now - OF_LATE, "since": now - BEFORE, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, asked)
        rows = [_features(row) for row in cursor.fetchall()]
    found = {}
    for name in (*NUMBERS, *KINDS):
        told = [(row["late"], row[name]) for row in rows if row[name] is not None]
        before, of_late = ([value for late, value in told if late is side] for side in (False, True))
        if measures.enough(before, of_late):
            found[name] = (before, of_late)
    return found


def _features(row: tuple[Any, ...]) -> Mapping[str, Any]:
    late, confidence, amount, party, label, length = row
    return {
        "late": late, "confidence": None if confidence is None else float(confidence),
        "amount": None if amount is None else log1p(abs(float(amount))), "party": party or None, "label": label or None,
        "length": None if length is None else log1p(length),
    }  # fmt: skip


def _say(row: DriftFinding, agent: Agent, actor: Actor, now: datetime) -> Case:
    told = {
        "agent": agent.pk.hex,
        "feature": row.feature,
        "measure": row.measure,
        "value": round(row.value, 3),
    }
    ledger.append(workspace_id=agent.workspace_id, kind="drift.found", actor=actor, at=now, data=told)
    lowering.of_agent(
        workspace_id=agent.workspace_id,
        name=agent.name,
        cause=Cause.DRIFT,
        evidence=told,
        actor=actor,
        now=now,
    )
    return cases.open_case(
        workspace=agent.workspace, code=CODE, operation=f"{agent.name} {row.feature}", facts=told, actor=actor, now=now,
        message=drift_words.message(row, agent.name),
    )  # fmt: skip
