"""The oversight of people: weeks that have ended, since each person sees their own figures first."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from approvals.models import Membership
from approvals.oversight import figure_words, figures, throughput, weeks
from approvals.oversight.weeks import Week
from approvals.waiting import view_counts


def read(member: Membership, week: Week, now: datetime) -> dict[str, Any]:
    """The context of ``settings/oversight.html``."""
    workspace = member.workspace
    people = figures.reviewers_of(workspace)
    ids = [user for user, _ in people]
    told = figures.of(workspace, ids, week.since, week.until)
    waiting = view_counts.counts(member, now).all
    flow = throughput.of(workspace, ids, waiting, now)
    return {
        "week": week,
        "weeks": weeks.ended(workspace, now),
        "lines": [_line(name, told[user]) for user, name in people],
        "forecast": flow.forecast(),
        "demand": flow.demand(),
        "hourly": (workspace.hourly_limit, workspace.hourly_limit_high),
    }


def chosen(request: HttpRequest, member: Membership, now: datetime) -> Week:
    """The ended week the address names by its Monday, else the latest."""
    told = weeks.ended(member.workspace, now)
    asked = request.GET.get("week", "")
    return next((week for week in told if week.monday.isoformat() == asked), told[0])


def _line(name: str, told: figures.Figures) -> dict[str, Any]:
    looks = told.looks
    signed = looks.approved + looks.edited
    return {
        "name": name,
        "answers": looks.answers,
        "batch": looks.in_batch,
        "approved": looks.share(looks.approved),
        "seen": figure_words.seconds(looks.seen_ms),
        "evidence": figure_words.seconds(looks.evidence_ms),
        "under": looks.share(looks.under, looks.measured),
        "changed": looks.share(looks.edited + looks.rejected + looks.handed),
        "overturned": looks.share(looks.again + told.reversed, signed),
        "caught": f"{told.catching.caught} of {told.catching.n}" if told.catching.n else figure_words.NONE,
        "bound": f"at least {told.catching.bound_percent} %" if told.catching.n else "",
    }
