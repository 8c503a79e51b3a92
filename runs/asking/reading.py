"""Budgets and prompts, read for people: how much is used now, and which version gets which share."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from approvals import wording
from approvals.models import Workspace
from runs.asking import budgets, versions
from runs.llm import prompts
from runs.models import ModelBudget, PromptMix, Spending
from runs.models.model_budget import Measure, Per

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One budget in force. ``share`` is in percent; of a run's budget there is no one use to tell."""

    budget: ModelBudget
    words: str
    used: str
    share: Decimal | None
    reached_at: datetime | None


def budget_lines(workspace: Workspace, now: datetime) -> list[Line]:
    """Every budget in force with its use. Two queries."""
    held = budgets.in_force(workspace.pk)
    names = budgets.names(workspace, None, now)
    known = {row.name: row for row in Spending.objects.filter(workspace=workspace, name__in=names.values())}
    return [_line(budget, known.get(names.get(Per(budget.per), ""))) for budget in held]


def _line(budget: ModelBudget, row: Spending | None) -> Line:
    words = budgets.words(budget)
    if budget.per == Per.RUN:
        return Line(budget, words, "each run begins anew", None, None)
    used = (row.money if budget.measure == Measure.MONEY else Decimal(row.tokens)) if row else Decimal(0)
    share = min(used / budget.amount * 100, Decimal(100)).quantize(CENT)
    text = (
        wording.money(used.quantize(CENT), "USD")
        if budget.measure == Measure.MONEY
        else f"{int(used):,} tokens"
    )
    return Line(budget, words, f"{text} used", share, row.reached_at if row else None)


def month(workspace: Workspace, now: datetime) -> Spending:
    """What this month has taken until now; unsaved where nothing was asked yet."""
    name = budgets.names(workspace, None, now)[Per.MONTH]
    return Spending.objects.filter(workspace=workspace, name=name).first() or Spending(
        workspace=workspace, name=name
    )


def prompt_lines(workspace: Workspace) -> list[dict[str, Any]]:
    """Every prompt that is shipped, with the shares of its versions. One query."""
    chosen = {
        mix.prompt: mix for mix in PromptMix.objects.filter(workspace=workspace, retired_at__isnull=True)
    }
    lines = []
    for name in prompts.names():
        shared = versions.shares(chosen.get(name), name)
        words = ", ".join(
            f"version {version}{f': {share} %' if len(shared) > 1 else ''}"
            for version, share in sorted(shared.items())
        )
        every = prompts.versions(name)
        lines.append({"name": name, "purpose": every[-1].purpose, "shares": words, "versions": len(every)})
    return lines
