"""How each step of a saga stands, read from its proposal, its execution and whatever undoes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from approvals import tools, ways_back
from approvals.models import Proposal
from approvals.models.proposal import LIVE
from approvals.models.proposal import State as Permission
from exceptions import resolutions
from exceptions.models import Occurrence
from runs import reversal
from runs.models import Execution, Saga
from runs.models.execution import State


class Stage(StrEnum):
    WAITING = "waiting"  # for people, or for its turn
    GOING = "going"  # the call may be out
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"  # surely not written; it could be tried again
    LOST = "lost"  # it will not happen
    COMPARED = "compared"  # in shadow: decided, and never written
    UNDONE = "undone"


UNDER_WAY = (Stage.GOING, Stage.UNKNOWN)
BROKEN = (Stage.FAILED, Stage.LOST, Stage.COMPARED)
ENDED = (Permission.REJECTED, Permission.EXPIRED, Permission.WITHDRAWN, Permission.SUPERSEDED)
_OF_EFFECT = {
    State.SCHEDULED: Stage.WAITING,
    State.STARTED: Stage.GOING,
    State.UNKNOWN: Stage.UNKNOWN,
    State.SUCCEEDED: Stage.DONE,
}


@dataclass(frozen=True)
class Step:
    """One step. ``undoing`` is the newest proposal to undo it, ``undoing_owned`` whether a case holds its failure."""

    number: int
    proposal: Proposal
    execution: Execution | None = None
    undoing: Proposal | None = None
    undone: Execution | None = None
    owned: bool = False
    undoing_owned: bool = False

    @property
    def stage(self) -> Stage:
        if self.undone is not None and self.undone.state == State.SUCCEEDED:
            return Stage.UNDONE
        if self.proposal.shadow and self.proposal.state == Permission.APPROVED:
            return Stage.COMPARED
        if self.execution is None or self.proposal.state == Permission.PENDING:
            return Stage.LOST if self.proposal.state in ENDED else Stage.WAITING
        if self.execution.state == State.FAILED:
            return Stage.FAILED if self.owned else Stage.LOST
        return _OF_EFFECT[State(self.execution.state)]

    @property
    def is_irreversible(self) -> bool:
        try:
            tool = tools.get(self.proposal.tool, self.proposal.tool_version)
        except tools.UnknownTool:
            return True
        return tool.reversibility == "none"

    @property
    def is_being_undone(self) -> bool:
        return self.undoing is not None and self.undoing.state in LIVE and not self.undoing_is_lost

    @property
    def undoing_is_lost(self) -> bool:
        """Nobody will undo it: refused, run out, or failed in a case that was closed since."""
        if self.undoing is None:
            return False
        failed = self.undone is not None and self.undone.state == State.FAILED and not self.undoing_owned
        return self.undoing.state in ENDED or failed

    def can_be_undone(self, now: datetime) -> bool:
        way = ways_back.of(self.proposal, now)
        return self.execution is not None and reversal.can_reverse(self.execution) and not way.passed

    def asked_anew(self) -> "Step":
        """As if an earlier try to undo it that came to nothing had not been."""
        return replace(self, undoing=None) if self.undoing_is_lost else self


def stages(saga: Saga) -> list[Step]:
    """Every step in order, the newest proposal of each; five queries."""
    rows = Proposal.objects.filter(saga=saga.id, reverses__isnull=True)
    rows = rows.select_related("agent__workspace", "workspace", "policy").order_by("saga_step", "id")
    newest = {row.saga_step: row for row in rows}
    effects = _effects([row.id for row in newest.values()])
    by_proposal = {row.proposal_id: row for row in effects}
    undoings = {row.reverses: row for row in Proposal.objects.filter(
        reverses__in=[row.id for row in effects]).order_by("id")}  # fmt: skip
    undone = {row.proposal_id: row for row in _effects([row.id for row in undoings.values()])}
    owned = _owned([*effects, *undone.values()])
    found = []
    for number, row in newest.items():
        effect = by_proposal.get(row.id)
        undoing = undoings.get(effect.id) if effect else None
        reverse = undone.get(undoing.id) if undoing else None
        if effect is not None:
            effect.proposal, effect.workspace = row, saga.workspace
        found.append(
            Step(
                number or 0, row, effect, undoing, reverse,
                owned=effect is not None and effect.id in owned,
                undoing_owned=reverse is not None and reverse.id in owned,
            )
        )  # fmt: skip
    return found


def _effects(proposals: Sequence[UUID]) -> list[Execution]:
    rows = Execution.objects.filter(proposal__in=proposals).exclude(state=State.CANCELLED)
    return list(rows.order_by("created_at", "id"))


def _owned(rows: Sequence[Execution]) -> set[UUID | None]:
    failed = [row.id for row in rows if row.state == State.FAILED]
    if not failed:
        return set()
    lying = Occurrence.objects.filter(execution__in=failed, disposition=resolutions.OPEN)
    return set(lying.values_list("execution", flat=True))
