"""The purse of a workspace: each call is counted before it leaves, so that calls made at once cannot overshoot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Workspace
from exceptions import cases
from runs.asking import budgets
from runs.llm.errors import ModelBudgetReached
from runs.llm.purse import Taken
from runs.models import ModelBudget, Run, Spending
from runs.models.model_budget import Measure, Per

CODE = "model.budget_reached"

_BEGIN = """
INSERT INTO runs_spending (workspace_id, name, tokens, money, unpriced)
SELECT %(workspace)s, name, 0, 0, 0 FROM unnest(%(names)s::text[]) AS name ON CONFLICT DO NOTHING
"""
# A limit of NULL holds nothing. The row stays locked until all three are counted, always in the same order.
_RESERVE = """
UPDATE runs_spending
SET tokens = tokens + %(tokens)s, money = money + %(money)s, unpriced = unpriced + %(unpriced)s
WHERE workspace_id = %(workspace)s AND name = %(name)s
  AND (%(most_tokens)s::numeric IS NULL OR tokens + %(tokens)s <= %(most_tokens)s)
  AND (%(most_money)s::numeric IS NULL OR money + %(money)s <= %(most_money)s)
"""
_SETTLE = """
UPDATE runs_spending
SET tokens = greatest(tokens + %(tokens)s, 0), money = greatest(money + %(money)s, 0),
    unpriced = greatest(unpriced + %(unpriced)s, 0)
WHERE workspace_id = %(workspace)s AND name = %(name)s
"""


@dataclass(frozen=True)
class WorkspacePurse:
    """What one question of a workspace may take: counted to the day and month in which it is asked."""

    workspace: Workspace
    run: Run | None
    actor: Actor
    at: datetime

    def reserve(self, most: Taken) -> None:
        """Count the most a call can take, or refuse it; the first refusal of a period opens a case."""
        held = budgets.in_force(self.workspace.pk)
        names = budgets.names(self.workspace, self.run, self.at)
        told: dict[str, Any] = {"workspace": self.workspace.pk, "names": list(names.values())} | vars(most)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BEGIN, told)  # by itself: what is refused is rolled back, and its row has to stay
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for per, name in names.items():
                    cursor.execute(_RESERVE, told | {"name": name} | _limits(held, per))
                    if not cursor.rowcount:
                        raise _Full(per, name)
        except _Full as full:
            self._refuse(full, held, self.at)
            raise ModelBudgetReached(full.per) from None

    def settle(self, most: Taken, took: Taken) -> None:
        """Set right what was counted."""
        names = budgets.names(self.workspace, self.run, self.at)
        less: dict[str, Any] = {
            "tokens": took.tokens - most.tokens, "money": took.money - most.money,
            "unpriced": took.unpriced - most.unpriced, "workspace": self.workspace.pk,
        }  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            for name in names.values():
                cursor.execute(_SETTLE, less | {"name": name})

    def _refuse(self, full: "_Full", held: Sequence[ModelBudget], now: datetime) -> None:
        mine = Spending.objects.filter(workspace=self.workspace, name=full.name, reached_at__isnull=True)
        with transaction.atomic():
            if not mine.update(reached_at=now):
                return
            budget = " and ".join(budgets.words(one) for one in held if one.per == full.per)
            ledger.append(
                workspace_id=self.workspace.pk, kind="budget.reached", actor=self.actor, at=now,
                run=self.run.id if self.run else None, data={"per": full.per, "name": full.name},
            )  # fmt: skip
            cases.open_case(
                workspace=self.workspace, code=CODE, run=self.run.id if self.run else None,
                message=f"The budget for models is reached: {budget}. Models are not asked until it is raised or its "
                "time is over. What can be read by rules goes on.",
                facts={"name": full.name}, operation="run" if full.per == Per.RUN else full.name, actor=self.actor,
                now=now,
            )  # fmt: skip


class _Full(Exception):
    def __init__(self, per: Per, name: str) -> None:
        self.per, self.name = per, name


def _limits(held: Sequence[ModelBudget], per: Per) -> dict[str, Any]:
    mine = {budget.measure: budget.amount for budget in held if budget.per == per}
    return {"most_tokens": mine.get(Measure.TOKENS), "most_money": mine.get(Measure.MONEY)}
