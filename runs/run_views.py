"""The pages of runs: a list, and one page that answers for one run."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals import access, rail
from approvals.models import Membership
from runs import history, waterfall
from runs.models import Run


@require_safe
def runs(request: HttpRequest, workspace: str) -> HttpResponse:
    """The workspace's runs, newest first; beside them the newest one."""
    member = access.member(request, workspace)
    page = history.runs(member, request.GET.get("before", ""))
    shown = page.rows[0] if page.rows else None
    return _page(request, member, page, shown, pane="list")


@require_safe
def run(request: HttpRequest, workspace: str, run: str) -> HttpResponse:
    """What ran, what succeeded, what failed, which records were affected."""
    member = access.member(request, workspace)
    return _page(request, member, history.runs(member), history.run(member, run), pane="item")


def _page(
    request: HttpRequest, member: Membership, page: history.Page, shown: Run | None, pane: str
) -> HttpResponse:
    here = reverse("runs", args=[member.workspace.slug])
    context: dict[str, Any] = rail.around(member, timezone.now()) | {
        "pane": pane,
        "rows": [_row(row, member, shown) for row in page.rows],
        "older_url": f"{here}?before={page.older}" if page.older else "",
    }
    if shown is not None:
        context |= _report(request, member, shown)
    return render(request, "runs/runs.html", context)


def _row(row: Run, member: Membership, shown: Run | None) -> dict[str, Any]:
    inputs = row.counts.get("inputs")
    return {
        "id": row.public_id,
        "url": reverse("run", args=[member.workspace.slug, row.public_id]),
        "current": shown is not None and row.pk == shown.pk,
        "title": f"{row.workflow}{' · ' + row.period if row.period else ''}",
        "amount": f"{inputs} inputs" if inputs is not None else "",
        "why": f"{row.state} · {row.agent.name} {row.agent_version}",
        "due": f"{timezone.localtime(row.started_at):%d %b %H:%M}",
    }


def _report(request: HttpRequest, member: Membership, shown: Run) -> dict[str, Any]:
    told = history.report(shown)
    state = request.GET.get("state", "")
    item = request.GET.get("item", "")
    before = request.GET.get("proposal", "")
    here = reverse("run", args=[member.workspace.slug, shown.public_id])
    proposals = history.proposals_of(shown, access.identifier("proposal", before) if before else None, state)
    seconds = (shown.finished_at - shown.started_at).total_seconds() if shown.finished_at else None
    return {
        "run": shown,
        "report": told,
        "seconds": seconds,
        "facts": _facts(shown, seconds),
        "figures": _figures(told, here),
        "proposals": proposals.rows,
        "more_proposals_url": f"{here}?state={state}&proposal={proposals.older}" if proposals.older else "",
        "state_filter": state,
        "item_filter": item,
        "steps": waterfall.drawn(history.steps_of(shown, item)),
        "events": [{"at": entry.at, "sentence": _sentence(entry.kind)} for entry in told.story],
    }


def _sentence(kind: str) -> str:
    return "The run began" if kind == "run.started" else "The run ended"


def _facts(shown: Run, seconds: float | None) -> list[dict[str, Any]]:
    facts = [
        ("Agent", f"{shown.agent.name} {shown.agent_version}"),
        ("Period", shown.period),
        ("Began", f"{timezone.localtime(shown.started_at):%d %B %Y, %H:%M:%S}"),
        ("Took", f"{seconds:.1f} s" if seconds is not None else "still running"),
        ("Error", shown.error),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _figures(told: history.Report, here: str) -> list[dict[str, Any]]:
    counts = told.run.counts
    figures: list[dict[str, Any]] = [
        {"label": "inputs", "value": counts.get("inputs", sum(told.proposals.values()))},
        *(
            {"label": state, "value": count, "url": f"{here}?state={state}"}
            for state, count in sorted(told.proposals.items())
        ),
    ]
    for name in ("repeated", "unreadable", "error"):
        if counts.get(name):
            figures.append({"label": name, "value": counts[name]})
    figures += [
        {"label": f"writes {state}", "value": count} for state, count in sorted(told.executions.items())
    ]
    return figures
