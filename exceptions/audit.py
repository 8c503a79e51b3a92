"""The auditor: once a minute it looks at every open case, and proves that no step is overdue or says which ones are.

It trusts nothing the sweep says of itself. What it finds is a case like any other failure; that it looked at all is
told outside by a heartbeat, which stays away when something is late.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from approvals.actors import Actor
from approvals.models import Workspace
from exceptions import cases, reachability
from exceptions.models import Case, EscalationAudit, Occurrence
from exceptions.models.case import State

OVERDUE, UNREACHABLE = "escalation.overdue", "escalation.unreachable"
TOLERATED = timedelta(minutes=2)
KEPT = timedelta(days=90)
NONE, WAITING, SENT, FAILED, WITHHELD = "none", "waiting", "sent", "failed", "withheld"


def late(before: datetime) -> Q:
    """Cases whose next step, or whose hold's end, should have come before that moment."""
    return Q(state=State.OPEN, next_escalation_at__lt=before) | Q(
        state=State.ACKNOWLEDGED, acknowledged_until__lt=before
    )


def look(*, now: datetime, actor: Actor, beats: bool) -> int:
    """Audit this minute, unless somebody has. ``beats``: a heartbeat is to be sent. Returns how many are overdue."""
    minute = now.replace(second=0, microsecond=0)
    if EscalationAudit.objects.filter(at=minute).exists():
        return 0
    with transaction.atomic():
        row, made = EscalationAudit.objects.get_or_create(at=minute, defaults=_figures(now, beats))
        if not made:
            return 0  # somebody else is just looking
        for workspace in Workspace.objects.filter(
            cases__in=Case.objects.filter(late(now - TOLERATED))
        ).distinct():
            _say(workspace, OVERDUE, "A step of an escalation did not come in time", "", actor, now)
        before = EscalationAudit.objects.filter(at__lt=minute).order_by("-at").first()
        if before is not None and before.at.date() < minute.date():  # the first day of all is for setting up
            _nightly(actor, now)
    return row.overdue


def _figures(now: datetime, beats: bool) -> dict[str, Any]:
    overdue = Case.objects.filter(late(now - TOLERATED)).count()
    first = Case.objects.filter(late(now)).aggregate(first=Min("next_escalation_at"))["first"]
    return {
        "open_cases": Case.objects.exclude(state=State.RESOLVED).count(),
        "overdue": overdue,
        "late_seconds": (now - first).total_seconds() if first else 0,
        "heartbeat": WITHHELD if overdue else WAITING if beats else NONE,
    }


def _nightly(actor: Actor, now: datetime) -> None:
    """Every plan of every workspace, once a day: does it end with somebody?"""
    for workspace in Workspace.objects.all():
        for end in reachability.dead_ends(workspace.pk, now):
            _say(
                workspace,
                UNREACHABLE,
                "An escalation ends with nobody",
                end.name,
                actor,
                now,
                classes=list(end.codes),
            )
    EscalationAudit.objects.filter(at__lt=now - KEPT).delete()


def _say(
    workspace: Workspace, code: str, message: str, field: str, actor: Actor, now: datetime, **facts: Any
) -> None:
    """Make it a case, unless one says so already."""
    said = Occurrence.objects.filter(
        case__workspace=workspace, disposition="open", field=field, facts__code=code
    ).exclude(case__state=State.RESOLVED)
    if not said.exists():
        cases.open_case(
            workspace=workspace, code=code, message=message, field=field, facts=facts, actor=actor, now=now
        )
