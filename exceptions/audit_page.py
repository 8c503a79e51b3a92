"""What the auditor found, as figures for one workspace. Audits look at the whole house: of those only whether all was
in time is told, never how much others have.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from approvals import wording
from approvals.models import Membership
from exceptions import audit, reachability
from exceptions.models import Case, EscalationAudit
from exceptions.models.case import State

DAY = timedelta(days=1)
QUIET = timedelta(minutes=3)  # without an audit, somebody should look
BEATS = {
    audit.NONE: "Nowhere to send one: HEARTBEAT_URL is not set",
    audit.WAITING: "About to be sent",
    audit.SENT: "Arrived",
    audit.FAILED: "Did not arrive",
    audit.WITHHELD: "Held back, since something was late",
}
Figure = dict[str, Any]


def context(member: Membership, now: datetime) -> dict[str, Any]:
    """Everything the page says."""
    last = EscalationAudit.objects.order_by("-at").first()
    return {
        "silent": last is None or now - last.at > QUIET,
        "figures": _figures(member, now),
        "audits": _audits(last, now),
        "dead_ends": reachability.dead_ends(member.workspace_id, now),
    }


def _figures(member: Membership, now: datetime) -> list[Figure]:
    """The workspace's own cases, by what their clocks do."""
    here = Case.objects.filter(workspace=member.workspace_id).exclude(state=State.RESOLVED)
    found = here.aggregate(
        open=Count("pk", filter=Q(state=State.OPEN, snoozed_until__isnull=True)),
        held=Count("pk", filter=Q(state=State.ACKNOWLEDGED)),
        aside=Count("pk", filter=Q(snoozed_until__isnull=False)),
        late=Count("pk", filter=audit.late(now - audit.TOLERATED)),
        next=Min("next_escalation_at"),
    )
    link = reverse("cases", args=[member.workspace.slug])
    return [
        {"label": "Waiting for somebody", "value": f"{found['open']:,}", "url": f"{link}?view=unacknowledged"},
        {"label": "Taken", "value": f"{found['held']:,}", "url": f"{link}?view=all"},
        {"label": "Put aside", "value": f"{found['aside']:,}"},
        {"label": "Late", "value": f"{found['late']:,}", "tone": "stop" if found["late"] else "sign"},
        {"label": "Next step", "value": _until(found["next"], now)},
    ]  # fmt: skip


def _until(then: datetime | None, now: datetime) -> str:
    if then is None:
        return "–"
    return f"in {wording.spell(then - now)}" if then > now else "now"


def _audits(last: EscalationAudit | None, now: datetime) -> dict[str, Any]:
    """The last day of audits, one a minute where workers ran all the time."""
    day = EscalationAudit.objects.filter(at__gt=now - DAY).aggregate(
        looks=Count("pk"), late=Count("pk", filter=Q(overdue__gt=0)), first=Min("at")
    )
    begun = max(now - DAY, EscalationAudit.objects.aggregate(first=Min("at"))["first"] or now)
    minutes = int((now - begun).total_seconds() // 60)
    return {
        "last": last,
        "ago": wording.ago(now - last.at) if last else "",
        "looks": f"{day['looks']:,}",
        "missed": max(minutes - day["looks"], 0),
        "late": day["late"],
        "beat": BEATS.get(last.heartbeat, last.heartbeat) if last else BEATS[audit.NONE],
    }
