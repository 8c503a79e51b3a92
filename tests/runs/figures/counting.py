"""Counting in tests: within one transaction, everything in the ledger is counted at once."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from approvals import actors
from approvals.models import Agent, Workspace
from runs import recorder
from runs.figures import folding
from runs.models import Figure, Run

EVERYTHING = 2**62
CLOCK = actors.worker("test")


def count(workspace: Workspace) -> int:
    """Count what is new; how many entries that were."""
    return folding.fold(workspace=workspace.pk, below=EVERYTHING)


def figures(workspace: Workspace, measure: str, grain: str = "ever", **of: Any) -> dict[str, int]:
    """The counts of a measure by key."""
    scope = "workflow" if "workflow" in of else "all"
    rows = Figure.objects.filter(
        workspace=workspace, scope=scope, measure=measure, grain=grain, **of
    ).order_by()
    return dict(Counter(dict(rows.values_list("key").annotate(Sum("count")))))


def a_run(
    agent: Agent,
    at: datetime,
    until: datetime,
    *,
    state: str = "succeeded",
    workflow: str = "posting",
    **more: Any,
) -> Run:
    """It ran from one moment until another, and cost what is said."""
    run = recorder.start(agent=agent, workflow=workflow, actor=CLOCK, now=at)
    if more:
        move = recorder.Move("asked", "ask", "model", **{"currency": "EUR", "cost": Decimal("0.02"), **more})
        recorder.record(run=run, moves=[move], now=at)
    return recorder.finish(run=run, state=state, actor=CLOCK, now=until)
