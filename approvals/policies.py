"""Policies and lanes in force."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from approvals import ledger, tools
from approvals.actors import Actor
from approvals.lanes.ladder import PROMISES
from approvals.models import Agent, Lane, Policy, Workspace
from approvals.waiting import statements

_UNDO = {"low": 10, "medium": 30, "high": 60}
_PATIENCE = {"low": timedelta(days=3), "medium": timedelta(days=2), "high": timedelta(days=1)}


class StalePolicy(LookupError):
    """Another version took effect since this one was looked at. Read it again."""


def newest(*, workspace: Workspace, tool: str) -> Policy | None:
    """The latest version that was set."""
    return statements.first(_newest(), {statements.HOUSE: workspace.pk, statements.NAME: tool})


@cache
def _newest() -> statements.Kept[Policy]:
    rows = Policy.objects.filter(workspace_id=statements.HOUSE, tool=statements.NAME)
    return statements.keep(rows.order_by("-version")[:1])


def current(*, workspace: Workspace, tool: tools.Tool, now: datetime) -> Policy:
    """The newest policy of the tool. A tool without one gets careful defaults from its risk, as version 1."""
    policy = newest(workspace=workspace, tool=tool.name)
    if policy is not None:
        return policy
    policy, _ = Policy.objects.get_or_create(
        workspace=workspace, tool=tool.name, version=1, defaults=defaults(tool) | {"created_at": now}
    )
    return policy


def defaults(tool: tools.Tool) -> dict[str, Any]:
    """Careful terms for a tool nobody has set a policy for."""
    return {
        "undo_seconds": _UNDO[tool.risk],
        "patience": _PATIENCE[tool.risk],
        "quorum": 2 if tool.reversibility == "none" else 1,
    }


def set_policy(
    *,
    workspace: Workspace,
    tool: str,
    actor: Actor,
    now: datetime,
    seen_version: int | None = None,
    **terms: Any,
) -> Policy:
    """A new version with these terms; terms not named keep the defaults of the model, not of the version before.

    ``seen_version`` is the version the terms were written against, 0 for none. Raises `StalePolicy`.
    """
    tools.get(tool)
    with transaction.atomic():
        latest = newest(workspace=workspace, tool=tool)
        before = latest.version if latest else 0
        if seen_version is not None and seen_version != before:
            raise StalePolicy(f"{tool} has policy {before}")
        policy, made = Policy.objects.get_or_create(
            workspace=workspace, tool=tool, version=before + 1, defaults=terms | {"created_at": now}
        )
        if not made:
            raise StalePolicy(f"{tool} has policy {policy.version}")
        ledger.append(
            workspace_id=workspace.pk,
            kind="policy.set",
            actor=actor,
            at=now,
            data={"tool": tool, "version": policy.version, "policy": policy.pk},
        )
    return policy


def lane_of(*, agent: Agent, tool: tools.Tool, now: datetime) -> Lane:
    """The agent's lane for the tool at its risk tier; a new lane starts assisted, and promises what its risk asks."""
    meaning = {statements.ITEM: agent.pk, statements.NAME: tool.name, statements.WORD: tool.risk}
    known = statements.first(_lane(), meaning)
    if known is not None:
        return known
    lane, _ = Lane.objects.select_related("calibrator").get_or_create(
        agent=agent,
        tool=tool.name,
        risk=tool.risk,
        defaults={"workspace_id": agent.workspace_id, "epsilon": PROMISES[tool.risk], "created_at": now},
    )
    return lane


@cache
def _lane() -> statements.Kept[Lane]:
    rows = Lane.objects.filter(agent=statements.ITEM, tool=statements.NAME, risk=statements.WORD)
    return statements.keep(rows.select_related("calibrator"))
