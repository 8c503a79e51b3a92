"""What happened when, from the ledger, and notices for those affected: words that somebody reads and then sends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from approvals import timeline, wording
from approvals.models import LedgerEntry
from approvals.timeline import Event
from exceptions.models import Case, Incident
from runs.incidents.touching import Touched

LONGEST = 200
COUNTED = ("case.repeated", "occurrence.settled")
OF_INCIDENTS = ("incident.contained", "incident.reopened", "incident.closed", "incident.told")
STOPS = (
    "switch.pulled",
    "switch.released",
    "breaker.opened",
    "breaker.half_opened",
    "breaker.closed",
    "lane.moved",
)


def timeline_of(incident: Incident, found: Sequence[Case]) -> list[Event]:
    """The latest facts of its cases, of itself, and of whatever was stopped meanwhile; oldest first."""
    house = LedgerEntry.objects.filter(workspace_id=incident.workspace_id)
    until = incident.closed_at or timezone.now()
    meanwhile = Q(kind__in=STOPS, at__gte=incident.declared_at, at__lte=until)
    own = Q(kind__in=OF_INCIDENTS, data__incident=incident.public_id)
    rows = [
        *house.filter(case__in=[case.pk for case in found])
        .exclude(kind__in=COUNTED)
        .order_by("-id")[:LONGEST],
        *house.filter(meanwhile | own).order_by("-id")[:LONGEST],
    ]
    told = _once(sorted(rows, key=lambda row: row.id))[-LONGEST:]
    names = timeline.names_of(told, {})
    days = {timezone.localtime(row.at).date() for row in told}
    return [
        Event(
            at=row.at,
            sentence=timeline.sentence(row, names, "an agent"),
            tone="stop" if row.kind in ("case.opened", "case.reopened") else "",
            day=wording.day(timezone.localtime(row.at).date()) if len(days) > 1 else "",
        )
        for row in told
    ]


def _once(rows: list[LedgerEntry]) -> list[LedgerEntry]:
    """What was said of several cases in one breath is told once."""
    seen: dict[tuple[object, ...], LedgerEntry] = {}
    for row in rows:
        seen.setdefault((row.kind, row.at, row.actor) if row.kind.startswith("incident.") else (row.id,), row)
    return list(seen.values())


def notices(incident: Incident, touched: Touched) -> list[dict[str, str]]:
    """Words for each of those affected, filled with what is known. Somebody reads and sends them."""
    began = timezone.localtime(incident.declared_at)
    since = f"{wording.day(began.date())}, {began:%H:%M}"
    state = {
        "declared": "We are looking for the cause.",
        "contained": "It spreads no further.",
        "closed": "It is over.",
    }[incident.state]
    summary = incident.summary or "What happened is being found out."
    closed = incident.state == "closed"
    doubt = (
        f" Of {wording.counted(touched.doubtful, 'write')} we cannot tell yet whether it happened."
        if touched.doubtful
        else ""
    )
    hurt, left, twice = _writes(touched)
    trouble = "There has been a disturbance" if closed else "We are dealing with a disturbance"
    again = "" if closed else " We write again when it is over."
    return [
        {
            "name": "Colleagues who review",
            "text": f"{incident.title}, since {since}.\n\n{summary}\n\n{state} {hurt}{doubt}{twice}",
        },
        {
            "name": "Whoever runs the agents",
            "text": f"{incident.title}, since {since}.\n\n{summary}\n\n{left}{doubt}"
            " Send nothing twice by hand: what waits goes out by itself under its own key, or comes back to you.",
        },
        {
            "name": "Customers",
            "text": f"{trouble} since {since}.\n\n{summary}\n\n{state} Nothing is asked of you.{again}",
        },
    ]


def _writes(touched: Touched) -> tuple[str, str, str]:
    """What is affected, what failed or waits, and what reviewers are asked for."""
    if not touched.writes:
        return "No write is affected.", "No write failed or waits.", ""
    writes = wording.counted(touched.writes, "write").capitalize()
    who = wording.listed(touched.agents) or "no agent"
    one = touched.writes == 1
    return (
        f"{writes} of {who} {'is' if one else 'are'} affected.",
        f"Affected: {who}. {writes} failed or {'waits' if one else 'wait'}.",
        " Please look twice at what comes from there, and hand over what looks alike.",
    )


def export(incident: Incident, found: Sequence[Case], touched: Touched, now: datetime) -> dict[str, Any]:
    """Everything the page says, for a file."""
    return {
        "incident": incident.public_id, "title": incident.title, "state": incident.state,
        "lead": incident.lead.get_username(), "summary": incident.summary, "exported_at": now.isoformat(),
        "declared_at": incident.declared_at.isoformat(), "contained_at": _iso(incident.contained_at),
        "closed_at": _iso(incident.closed_at),
        "touched": {
            "failures": touched.failures, "writes": touched.writes, "doubtful": touched.doubtful,
            "money": {currency: str(amount) for amount, currency in touched.money}, "agents": touched.agents,
        },
        "cases": [
            {"id": case.public_id, "title": case.title, "class": case.failure_class.code, "state": case.state,
             "owner": case.owner.name, "open": case.open_count, "total": case.total_count}
            for case in found
        ],
        "timeline": [
            {"at": event.at.isoformat(), "what": event.sentence} for event in timeline_of(incident, found)
        ],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
