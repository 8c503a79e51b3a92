"""What followed the proposals of a run: gates, answers, writes and the ways back, as the rows that stand under them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from approvals.models import Decision, Proposal
from approvals.waiting import statements
from runs.models import Attempt, Execution
from runs.running import answered, written
from runs.running.bar import Bar

Row = TypeVar("Row")
JUDGED = ("state", "ruling", "rulings", "created_at", "settled_at", "reverses")
MOST = 400  # of each kind: a page shows fifty steps


@dataclass
class Followed:
    """Everything that was found about some proposals, by the proposal or execution it belongs to."""

    workspace: str
    now: datetime
    proposals: dict[UUID, Proposal] = field(default_factory=dict)
    answers: dict[UUID, list[Decision]] = field(default_factory=dict)
    executions: dict[UUID, list[Execution]] = field(default_factory=dict)
    attempts: dict[UUID, list[Attempt]] = field(default_factory=dict)
    reversals: dict[UUID, list[Proposal]] = field(default_factory=dict)

    def rows(self, proposal: UUID, depth: int) -> list[Bar]:
        """What followed one proposal, in the order in which it happens."""
        found = self.proposals.get(proposal)
        if found is None:
            return []
        bars = answered.bars(found, self.answers.get(proposal, ()), depth, self.now)
        for execution in self.executions.get(proposal, ()):
            tries = self.attempts.get(execution.pk, ())
            bars += written.bars(execution, tries, depth, self.workspace, self.now)
            for reversal in self.reversals.get(execution.pk, ()):
                bars.append(written.reversal(reversal, depth, self.workspace, self.now))
                bars += self.rows(reversal.pk, depth + 1)
        return bars


def of(keys: Iterable[UUID], workspace: str, now: datetime) -> Followed:
    """Look up what followed these proposals, and the reversals of what they wrote. Six queries."""
    found = Followed(workspace, now)
    asked = _ask(_proposals(), keys)
    if not asked:
        return found
    first = _ask(_executions(), (row.pk for row in asked))
    reversals = _ask(_reversals(), (row.pk for row in first))
    executions = first + _ask(_executions(), (row.pk for row in reversals))
    found.proposals = {row.pk: row for row in [*asked, *reversals]}
    found.executions = _by(executions, "proposal_id")
    found.reversals = _by(reversals, "reverses")
    found.answers = _by(_ask(_decisions(), found.proposals), "proposal_id")
    found.attempts = _by(_ask(_attempts(), (row.pk for row in executions)), "execution_id")
    return found


def _ask(kept: statements.Kept[Row], keys: Iterable[UUID]) -> list[Row]:
    """Nothing is asked of nothing."""
    meaning = statements.ids(keys)
    return statements.ask(kept, meaning) if meaning[statements.MANY] else []


@cache
def _proposals() -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(statements.among("approvals_proposal.id"), drill=False)
    return statements.keep(rows.only(*JUDGED))


@cache
def _reversals() -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(statements.among("approvals_proposal.reverses"), reverses__isnull=False)
    return statements.keep(rows.only(*JUDGED).order_by("id")[:MOST])


@cache
def _executions() -> statements.Kept[Execution]:
    rows = Execution.objects.filter(statements.among("runs_execution.proposal_id"))
    rows = rows.filter(~Q(state="cancelled") | Q(attempts__gt=0)).defer("arguments", "before")
    return statements.keep(rows.order_by("created_at")[:MOST])


@cache
def _decisions() -> statements.Kept[Decision]:
    rows = Decision.objects.filter(statements.among("approvals_decision.proposal_id"))
    rows = rows.select_related("reviewer").defer("arguments", "note")
    return statements.keep(rows.order_by("decided_at")[:MOST])


@cache
def _attempts() -> statements.Kept[Attempt]:
    rows = Attempt.objects.filter(statements.among("runs_attempt.execution_id"))
    return statements.keep(rows.order_by("number")[:MOST])


def _by(rows: Sequence[Row], name: str) -> dict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)
