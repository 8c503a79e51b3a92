"""The chain a proposal is a step of: every step, which of them is the pivot, and where this one stands."""

from typing import Any

from approvals import ids, tools
from approvals.models import Proposal
from approvals.visible import visible


def of(proposal: Proposal) -> dict[str, Any]:
    """Nothing for a write that stands alone; one query for a step."""
    if proposal.saga is None:
        return {}
    rows = Proposal.objects.filter(workspace_id=proposal.workspace_id, saga=proposal.saga, reverses=None)
    known = rows.only("id", "headline", "state", "tool", "tool_version", "saga_step", "amount", "currency")
    newest = {
        row.saga_step: row for row in known.order_by("saga_step", "id")
    }  # an amended one takes its place
    pivot = next((step for step, row in newest.items() if _is_irreversible(row)), 0)
    return {
        "id": ids.show("saga", proposal.saga),
        "step": proposal.saga_step,
        "of": len(newest),
        "undoes": proposal.reverses is not None,
        "pivot": pivot,
        "steps": [
            {
                "number": step,
                "id": row.public_id,
                "title": visible(row.headline),
                "state": row.state,
                "pivot": step == pivot,
                "current": step == proposal.saga_step,
            }
            for step, row in newest.items()
        ],
    }


def _is_irreversible(row: Proposal) -> bool:
    try:
        return tools.get(row.tool, row.tool_version).reversibility == "none"
    except tools.UnknownTool:
        return True
