"""What followed the proposals of a run: gates, answers, writes and the ways back, as the rows that stand under them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from approvals.models import Decision, Proposal
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
    asked = list(Proposal.objects.filter(pk__in=list(keys), drill=False).only(*JUDGED))
    if not asked:
        return found
    first = _executions(asked)
    undoing = Proposal.objects.filter(reverses__in=[row.pk for row in first]).order_by("id")
    reversals = list(undoing.only(*JUDGED)[:MOST]) if first else []
    executions = first + (_executions(reversals) if reversals else [])
    found.proposals = {row.pk: row for row in [*asked, *reversals]}
    found.executions = _by(executions, "proposal_id")
    found.reversals = _by(reversals, "reverses")
    found.answers = _by(_decisions(found.proposals), "proposal_id")
    tries = Attempt.objects.filter(execution__in=executions).order_by("number")[:MOST] if executions else ()
    found.attempts = _by(list(tries), "execution_id")
    return found


def _executions(proposals: Sequence[Proposal]) -> list[Execution]:
    rows = Execution.objects.filter(proposal__in=proposals).filter(~Q(state="cancelled") | Q(attempts__gt=0))
    return list(rows.defer("arguments", "before").order_by("created_at")[:MOST])


def _decisions(proposals: Iterable[UUID]) -> list[Decision]:
    rows = Decision.objects.filter(proposal__in=list(proposals)).select_related("reviewer")
    return list(rows.defer("arguments", "note").order_by("decided_at")[:MOST])


def _by(rows: Sequence[Row], name: str) -> dict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)
