"""The records a run wrote, each with what it was before and what it is since, and whether it was undone."""

from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from approvals import ids
from approvals.models import Proposal
from approvals.showing.changes import Change, Look
from approvals.visible import visible
from approvals.waiting import statements
from runs.models import Execution, Run

PAGE = 25
FIELDS = 12


def of(run: Run, workspace: str) -> list[dict[str, Any]]:
    """The newest first; as ``runs/_records.html`` reads them."""
    return [_row(row, workspace) for row in statements.ask(_written(), {statements.ITEM: run.pk})]


@cache
def _written() -> statements.Kept[Execution]:
    undone = Execution.objects.filter(reverses=OuterRef("pk"), state="succeeded")
    mine = Proposal.objects.filter(run=statements.ITEM, drill=False).values("pk")
    rows = Execution.objects.filter(proposal__in=mine, state="succeeded").select_related("proposal")
    return statements.keep(rows.annotate(undone=Exists(undone)).order_by("-finished_at")[:PAGE])


def _row(row: Any, workspace: str) -> dict[str, Any]:
    proposal = ids.show("proposal", row.proposal_id)
    return {
        "reference": visible((row.receipt or {}).get("reference", "")),
        "title": visible(row.proposal.headline),
        "at": timezone.localtime(row.finished_at),
        "undone": row.undone,
        "url": reverse("proposal", args=[workspace, proposal]),
        "effect_url": reverse("effect", args=[workspace, proposal]),
        "changes": changes(row),
        "new": not (row.before or {}),
    }


def changes(row: Execution) -> list[Change]:
    """Field by field, what the record was and is; what stayed as it was is left out."""
    before, after = row.before or {}, row.after or {}
    look = Look.of(row.tool, row.arguments, row.proposal.currency)
    names = [name for name in look.names(after) if before.get(name) != after[name]]
    return [
        Change(
            name=name, label=look.label(name), kind=look.kind(name, after.get(name)),
            after=look.value(name, after.get(name)), edited=name in before,
            before=look.value(name, before[name]) if name in before else "",
        )
        for name in names[:FIELDS]
    ]  # fmt: skip
