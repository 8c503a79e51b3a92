"""Whether what passes by itself could be taken back: the kind of tool, and that its way back was tried once."""

from datetime import datetime

from approvals import tools
from approvals.lanes.criterion import Criterion
from approvals.models import Lane, LedgerEntry, Proposal
from approvals.models.proposal import State

LATEST = 200
WRITTEN = "execution.succeeded"


def of(lane: Lane, now: datetime) -> list[Criterion]:
    """What is irreversible, of high risk or seen by customers never passes by itself, whatever the stage."""
    kind = _kind(lane)
    gone = kind.met and _gone_back(lane)
    missing = "" if gone else "Undo one write of this tool, as a drill"
    return [
        kind,
        Criterion(
            "way_back", "Its way back was tried once", gone, "tried" if gone else "never", "once", missing
        ),
    ]


def _kind(lane: Lane) -> Criterion:
    title, needed = "It may pass by itself at all", "reversible, not of high risk, not seen by customers"
    try:
        tool = tools.get(lane.tool)
    except tools.UnknownTool:
        return Criterion("kind", title, False, "no such tool any more", needed, "A person always signs")
    if tool.reversibility == "none":
        return Criterion("kind", title, False, "cannot be undone", needed, "Two people always sign")
    if lane.risk == "high" or tool.customer_facing:
        measured = "high risk" if lane.risk == "high" else "seen by customers"
        return Criterion("kind", title, False, measured, needed, "A person always signs")
    return Criterion("kind", title, True, f"reversible, {lane.risk} risk", needed)


def _gone_back(lane: Lane) -> bool:
    """Among the latest reversals of the workspace that were carried out, whether one undid a write of this tool."""
    asked = Proposal.objects.filter(workspace=lane.workspace_id, reverses__isnull=False, state=State.APPROVED)
    undoing = dict(asked.order_by("-settled_at").values_list("pk", "reverses")[:LATEST])
    facts = LedgerEntry.objects.filter(kind=WRITTEN)
    done = facts.filter(proposal__in=list(undoing)).values_list("proposal", flat=True)
    undone = facts.filter(execution__in=[undoing[pk] for pk in done if pk]).values_list("proposal", flat=True)
    return Proposal.objects.filter(pk__in=[pk for pk in undone if pk], tool=lane.tool).exists()
