"""Failure classes of a workspace, seeded once and copied from then on: nearly every test begins with them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from approvals import actors, ledger
from approvals.models import LedgerEntry, Workspace
from exceptions import catalogue
from exceptions.models import FailureClass, Plan, Team


@dataclass(frozen=True)
class Kept:
    """What seeding wrote, without the workspace it was for; classes name teams and plans by their place."""

    entries: object
    teams: str
    plans: str
    classes: str
    facts: tuple[tuple[str, actors.Actor, dict[str, Any]], ...]


_kept: Kept | None = None


def seed(*, workspace: Workspace, now: datetime) -> None:
    """As `catalogue.seed` does it for a workspace that has nothing yet."""
    global _kept
    if _kept is None or _kept.entries is not catalogue.ENTRIES:
        catalogue.seed(workspace=workspace, now=now)
        _kept = _look(workspace)
    else:
        _copy(_kept, workspace, now)


def _look(workspace: Workspace) -> Kept:
    teams, plans, classes = (_rows(model, workspace) for model in (Team, Plan, FailureClass))
    places = {"owner_id": teams, "backup_id": teams, "plan_id": plans}
    for row in classes:
        for name, others in places.items():
            row[name] = [other["id"] for other in others].index(row[name]) + 1
    told = LedgerEntry.objects.filter(workspace=workspace).order_by("id")
    facts = tuple(
        (fact.kind, actors.Actor(fact.actor_kind, fact.actor, fact.auth), fact.data) for fact in told
    )
    return Kept(catalogue.ENTRIES, json.dumps(teams), json.dumps(plans), json.dumps(classes), facts)


def _rows(model: Any, workspace: Workspace) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]')::text FROM {model._meta.db_table} t"
            " WHERE workspace_id = %s", [workspace.pk],
        )  # fmt: skip
        return json.loads(cursor.fetchone()[0])


def _copy(kept: Kept, workspace: Workspace, now: datetime) -> None:
    with transaction.atomic():
        teams = _insert(Team, kept.teams, {"workspace_id": workspace.pk})
        plans = _insert(Plan, kept.plans, {"workspace_id": workspace.pk})
        places = {"owner_id": teams, "backup_id": teams, "plan_id": plans}
        _insert(FailureClass, kept.classes, {"workspace_id": workspace.pk}, places)
        ledger.append_many(
            ledger.entry(workspace_id=workspace.pk, kind=kind, actor=actor, at=now, data=data)
            for kind, actor, data in kept.facts
        )


def _insert(
    model: Any, rows: str, own: dict[str, Any], places: dict[str, list[int]] | None = None
) -> list[int]:
    names = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    values = {name: f"row.{name}" for name in names} | dict.fromkeys(own, "%s")
    values |= {name: f"(%s::bigint[])[row.{name}]" for name in places or {}}
    told = own | (places or {})
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(values.values())}"
            f" FROM jsonb_populate_recordset(NULL::{model._meta.db_table}, %s) AS row RETURNING id",
            [*(told[name] for name in names if name in told), rows],
        )  # fmt: skip
        return [number for (number,) in cursor.fetchall()]
