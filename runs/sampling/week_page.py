"""The meeting page: what was drawn, what was found, what may be claimed, and what the rules of inspection say next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals import rail
from approvals.models import Membership, SampleItem, SampleWeek
from approvals.models.sample import OPEN, State
from approvals.models.workspace import Role
from approvals.oversight import weeks
from approvals.oversight.weeks import Week
from approvals.sampling import closing, findings, sample_access, waiting
from approvals.statistics.inspection import STOPPED
from runs.sampling import week_judges, week_words, week_wrong


def read(member: Membership, asked: str, now: datetime) -> dict[str, Any]:
    """The week that ``asked`` names by its Monday, else the latest; in a fixed number of queries."""
    known = sample_access.weeks(member)
    chosen = next((week for week in known if week.monday.isoformat() == asked), known[0] if known else None)
    context: dict[str, Any] = rail.around(member, now) | {
        "weeks": [{"monday": week.monday.isoformat(), "words": _span(week)} for week in known],
        "waiting": waiting.count(member, now) if member.may(Role.REVIEWER) else 0,
        "judging_url": reverse("sample-judging", args=[member.workspace.slug]),
    }
    return context | (
        _told(member, chosen, now) if chosen else {"week": None, "begins": _begins(member, now)}
    )


def _begins(member: Membership, now: datetime) -> datetime:
    return weeks.current(member.workspace, now).until


def _told(member: Membership, week: SampleWeek, now: datetime) -> dict[str, Any]:
    items = findings.items_of(week)
    lines, found = findings.by_stratum(week, items), findings.automated(items)
    standing = closing.standing(member.workspace)
    stopped = standing.severity == STOPPED
    return {
        "week": week,
        "monday": week.monday.isoformat(),
        "words": _span(week),
        "figures": _figures(week, items, found.rate if found.n else None),
        "claim": week_words.claim(found),
        "running": week_words.running(findings.running(member.workspace, week)),
        "lines": [week_words.line(line) for line in lines],
        "plan": week_words.plan(week),
        "result": week_words.result(week),
        "then": week_words.then(standing),
        "stopped": stopped,
        "may_resume": stopped and member.may(Role.ADMIN),
        "wrong": week_wrong.read(items, member),
        "agreement": week_judges.agreement(findings.of_judges(items)),
        "judges": week_judges.table(items),
    }


def _figures(week: SampleWeek, items: Sequence[SampleItem], rate: float | None) -> list[dict[str, Any]]:
    open_ones = sum(item.state in OPEN for item in items)
    lapsed = sum(item.state == State.LAPSED for item in items)
    wrong = sum(bool(item.wrong) for item in items)
    figures = [
        {"label": "Passed by policy", "value": week.frames["uniform"]["size"]},
        {"label": "Drawn", "value": len(items)},
        {"label": "Judged", "value": sum(item.state == State.SETTLED for item in items)},
        {"label": "Wait for a judge", "value": open_ones, "tone": "ask" if open_ones else ""},
        {"label": "Found wrong", "value": wrong, "tone": "stop" if wrong else ""},
        {"label": "Error rate, by weight", "value": "–" if rate is None else week_words.percent(rate)},
    ]
    return figures + ([{"label": "Never judged", "value": lapsed, "tone": "ask"}] if lapsed else [])


def _span(week: SampleWeek) -> str:
    return Week(week.monday, weeks.current(week.workspace, week.drawn_at).clock).words
