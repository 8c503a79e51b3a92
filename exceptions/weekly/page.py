"""The weekly page, and the same lines as a table for spreadsheets."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from approvals import rail, wording
from approvals.models import Membership
from approvals.oversight import weeks
from approvals.oversight.weeks import Week
from approvals.visible import visible
from exceptions import cases, money, sheet
from exceptions.models import Case, Team
from exceptions.weekly import actions, figures
from exceptions.weekly.figures import Line

HEADS = (
    "class", "kind of failure", "owner", "opened", "resolved", "verified", "median minutes to acknowledge",
    "median minutes to resolve", "median minutes to verify", "untaken",
)  # fmt: skip
UNSAFE = ("=", "+", "-", "@", "\t", "\r")


class ActionForm(forms.Form):
    """What is to be done, by whom and until when."""

    text = forms.CharField(label="What", max_length=300)
    owner = forms.ModelChoiceField(Team.objects.none(), label="By", empty_label=None)
    due_on = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, member: Membership, data: Any = None, **more: Any):
        super().__init__(data, label_suffix="", auto_id="action-%s", **more)
        teams = Team.objects.filter(workspace_id=member.workspace_id).order_by("name")
        self.fields["owner"].queryset = teams  # type: ignore[attr-defined]


def chosen(asked: Mapping[str, str], member: Membership, now: datetime) -> Week:
    """The week the address names by its Monday, else the one under way."""
    known = _weeks(member, now)
    return next((week for week in known if week.monday.isoformat() == asked.get("week", "")), known[0])


def _weeks(member: Membership, now: datetime) -> list[Week]:
    return [weeks.current(member.workspace, now), *weeks.ended(member.workspace, now)]


def read(member: Membership, week: Week, form: ActionForm | None, now: datetime) -> dict[str, Any]:
    """Everything the page says, in a fixed number of queries."""
    workspace = member.workspace
    lines = figures.by_owner(workspace, week)
    again, twice = figures.sent_twice(workspace, week)
    acts = cases.handles(member)
    due_on = (timezone.localtime(now) + timedelta(days=7)).date()
    return rail.around(member, now) | {
        "week": week,
        "weeks": _weeks(member, now),
        "figures": _heads(lines, figures.failures(workspace, week), again, twice),
        "lines": [_line(line, workspace.slug) for line in lines],
        "dearest": [_case(case, workspace.slug, now) for case in figures.dearest(workspace)],
        "oldest": [_case(case, workspace.slug, now) for case in figures.oldest(workspace)],
        "causes": figures.causes(workspace, week),
        "lacking": figures.lacking(workspace, week),
        "overrides": [
            {"tool": wording.tool_title(one.tool), "verdict": one.verdict, "what": one.what, "many": one.many}
            for one in figures.overrides(workspace, week)
        ],
        "actions": actions.of(workspace, week),
        "today": timezone.localtime(now).date(),
        "form": (form or ActionForm(member, initial={"due_on": due_on})) if acts else None,
        "acts": acts,
    }


def _heads(lines: list[Line], failures: int, again: int, twice: int) -> list[dict[str, Any]]:
    untaken = sum(line.untaken for line in lines)
    return [
        {"label": "Cases opened", "value": sum(line.opened for line in lines)},
        {"label": "Failures in them", "value": failures},
        {"label": "Resolved", "value": sum(line.resolved for line in lines)},
        {"label": "Seen in the target", "value": sum(line.verified for line in lines)},
        {"label": "Untaken", "value": untaken, "tone": "stop" if untaken else ""},
        {"label": "Writes sent again", "value": again},
        {"label": "Twice or more", "value": twice, "tone": "ask" if twice else ""},
    ]


def _line(line: Line, slug: str) -> dict[str, Any]:
    return {
        "title": line.title, "owner": line.owner, "opened": line.opened, "resolved": line.resolved,
        "verified": line.verified, "untaken": line.untaken,
        "acknowledge": _spelt(line.acknowledge), "resolve": _spelt(line.resolve), "verify": _spelt(line.verify),
        "url": f"{reverse('cases', args=[slug])}?view=all&class={line.code}",
    }  # fmt: skip


def _spelt(length: timedelta | None) -> str:
    return "–" if length is None else wording.spell(length)


def _case(case: Case, slug: str, now: datetime) -> dict[str, Any]:
    return {
        "title": visible(case.title),
        "url": reverse("case", args=[slug, case.public_id]),
        "owner": case.owner.name,
        "who": case.assignee.get_username() if case.assignee else "nobody yet",
        "money": wording.listed(sheet.amounts(money.of(case)[:3])),
        "age": wording.spell(now - case.opened_at),
        "late": figures.late_on(now, case),
        "open": case.open_count,
    }


class _Echo:
    def write(self, value: str) -> str:
        return value


def table(member: Membership, week: Week) -> Iterator[str]:
    """The lines as CSV (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe."""
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADS)
    for line in figures.by_owner(member.workspace, week):
        cells = [line.code, line.title, line.owner, line.opened, line.resolved, line.verified]
        times = [_minutes(one) for one in (line.acknowledge, line.resolve, line.verify)]
        yield writer.writerow([_safe(cell) for cell in [*cells, *times, line.untaken]])


def _minutes(length: timedelta | None) -> str:
    return "" if length is None else f"{length.total_seconds() / 60:.1f}"


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(UNSAFE) else cell
