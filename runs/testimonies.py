"""Whether one person's look is enough to settle what became of a write, or a second must have seen the same."""

from datetime import datetime

from approvals import policies, tools
from runs.models import Execution, Testimony


def wants_second(row: Execution, now: datetime) -> bool:
    """Above what one signature covers, one look does not settle it. Other currencies count as above."""
    amount, currency = row.proposal.amount, row.proposal.currency
    try:
        policy = policies.current(workspace=row.workspace, tool=tools.get(row.tool), now=now)
    except tools.UnknownTool:
        return True
    if amount is None or policy.second_above is None:
        return False
    return currency != policy.currency or abs(amount) > policy.second_above


def say(*, row: Execution, written: bool, reference: str, reason: str, by: int, now: datetime) -> bool:
    """Keep somebody's word, their latest. Returns whether somebody else has said the same. Within a transaction."""
    Testimony.objects.update_or_create(
        execution=row,
        by_id=by,
        defaults={"written": written, "reference": reference, "reason": reason, "at": now},
    )
    others = Testimony.objects.filter(execution=row, written=written).exclude(by_id=by)
    return (others.filter(reference=reference) if written else others).exists()
