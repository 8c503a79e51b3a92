"""The tries at a write and the proposals to undo it, as rows of the waterfall."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from approvals import ids
from approvals.models import Proposal
from approvals.models.proposal import OPEN
from exceptions import catalogue
from runs.models import Attempt, Execution
from runs.running.bar import Bar, fact

UNDOING = {
    "approved": "approved",
    "rejected": "rejected",
    "blocked": "held by a case",
    "pending": "waits for people",
}


def bars(
    execution: Execution, tries: Sequence[Attempt], depth: int, workspace: str, now: datetime
) -> list[Bar]:
    """Each try; before the first, that it is due."""
    if not tries:
        return [_due(execution, depth)] if execution.state == "scheduled" else []
    last = tries[-1].pk
    return [_try(execution, one, one.pk == last, depth, workspace, now) for one in tries]


def _due(execution: Execution, depth: int) -> Bar:
    return Bar(
        id=f"due-{execution.pk.hex}", name="Write", icon="clock", note="is due", state="scheduled", depth=depth,
        begins=execution.due_at, ends=execution.due_at, timed=False,
    )  # fmt: skip


def _try(execution: Execution, one: Attempt, last: bool, depth: int, workspace: str, now: datetime) -> Bar:
    outcome = one.outcome or "started"
    receipt = (execution.receipt or {}).get("reference", "") if last else ""
    effect = reverse("effect", args=[workspace, ids.show("proposal", execution.proposal_id)])
    return Bar(
        id=f"try-{one.pk}", name="Write" if one.number == 1 else f"Write, try {one.number}", icon="out",
        note=receipt or outcome, state=outcome, depth=depth, begins=one.started_at,
        ends=max(one.finished_at or now, one.started_at),
        facts=[
            fact("Tool", f"{execution.tool} version {execution.tool_version}"),
            fact("Receipt", receipt, effect),
            fact("Before and after", "what it changed", effect) if last and execution.after else fact("", ""),
            fact("What went wrong", one.message),
            fact("Kind of failure", catalogue.TITLES.get(one.failure_class, one.failure_class)),
            fact("Write key", execution.write_key) | {"mono": True},
        ],
    )  # fmt: skip


def reversal(proposal: Proposal, depth: int, workspace: str, now: datetime) -> Bar:
    """The proposal to undo a write; what became of it stands under it."""
    ends = now if proposal.state in OPEN else proposal.settled_at or proposal.created_at
    return Bar(
        id=f"undo-{proposal.pk.hex}", name="Undo", icon="undo", note=UNDOING.get(proposal.state, proposal.state),
        state=proposal.state, depth=depth, begins=proposal.created_at, ends=max(ends, proposal.created_at), waits=True,
        facts=[fact("Proposal", proposal.public_id, reverse("proposal", args=[workspace, proposal.public_id]))],
    )  # fmt: skip
