"""Who was told of what a run did: in the product, by letter, by calls about its cases."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse

from approvals.models import Notice
from approvals.telling.notices import KINDS
from approvals.visible import plain
from approvals.waiting import statements
from exceptions import told
from exceptions.models import Case, Occurrence
from runs.models import Run

MOST = 30
CASES = 10


def cases(run: Run) -> list[Case]:
    """The cases that hold what went wrong in it, newest first."""
    return statements.ask(_cases(), {statements.ITEM: run.pk})


@cache
def _cases() -> statements.Kept[Case]:
    mine = Occurrence.objects.filter(run=statements.ITEM).values("case")
    rows = Case.objects.filter(pk__in=mine).select_related("failure_class", "owner", "assignee")
    return statements.keep(rows.order_by("-latest_seen_at")[:CASES])


def of(run: Run, known: Sequence[Case], workspace: str, now: datetime) -> list[dict[str, Any]]:
    """Lines of who, through what, when and whether it arrived; newest first."""
    lines = [_called(line, case, workspace) for case, line in told.of_many(known, now)] if known else []
    lines += _noticed(run, workspace)
    return sorted(lines, key=lambda line: line["at"], reverse=True)[:MOST]


def _called(line: told.Told, case: Case, workspace: str) -> dict[str, Any]:
    return {
        "at": line.at, "who": line.who, "through": line.through, "arrived": line.arrived, "tone": line.tone,
        "about": case.title, "url": reverse("case", args=[workspace, case.public_id]),
    }  # fmt: skip


def _noticed(run: Run, workspace: str) -> list[dict[str, Any]]:
    """Notices about its proposals; those about its cases are calls, and were counted there."""
    meaning = {statements.HOUSE: run.workspace_id, statements.ITEM: run.pk}
    return [
        {
            "at": row.created_at, "who": row.user.get_username(), "through": "in the product",
            "about": _about(row), "tone": "ok",
            "arrived": "read" if row.read_at else "arrived",
            "url": reverse("proposal", args=[workspace, row.proposal.public_id]) if row.proposal else "",
        }
        for row in statements.ask(_notices(), meaning)
    ]  # fmt: skip


@cache
def _notices() -> statements.Kept[Notice]:
    mine = Notice.objects.filter(
        workspace=statements.HOUSE, proposal__run=statements.ITEM, proposal__drill=False
    )
    rows = mine.select_related("user", "by", "proposal").defer("proposal__rulings", "proposal__arguments")
    return statements.keep(rows.order_by("-id")[:MOST])


def _about(row: Notice) -> str:
    by = row.by.get_username() if row.by else "Somebody"
    what = plain(row.proposal.headline) if row.proposal else "it"
    return KINDS[row.kind].one.format(by=by, what=what, count=row.count) if row.kind in KINDS else row.kind
