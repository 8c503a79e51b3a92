"""The pages of runs: a list, one page that answers for one run, and one for a step of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from approvals import access, rail
from approvals.models import Membership
from approvals.visible import visible
from approvals.waiting.rows import Row
from runs import history
from runs.finding import page as finding_page
from runs.finding import rows, terms
from runs.models import Run
from runs.replaying import page as replay_page
from runs.running import page, step_page


@require_safe
def runs(request: HttpRequest, workspace: str) -> HttpResponse:
    """The workspace's runs, newest first, or those that a search finds; beside them the newest, or the moment."""
    member, now = access.member(request, workspace), timezone.now()
    asked = terms.read(request.GET, member, now)
    before = request.GET.get("before", "")
    found, older = rows.found(asked, member, history.run(member, before) if before else None)
    if asked.moment is not None and not asked.fault:
        more = finding_page.around(asked, member, found, now)
        return _page(request, member, asked, (found, older), None, "item", more)
    newest = history.run(member, found[0].public_id) if found else None
    return _page(request, member, asked, (found, older), newest, "list", {})


@require_safe
def run(request: HttpRequest, workspace: str, run: str) -> HttpResponse:
    """What ran, what succeeded, what failed, which records were affected, who was told."""
    member = access.member(request, workspace)
    nothing = terms.read({}, member, timezone.now())
    shown = history.run(member, run)
    return _page(request, member, nothing, rows.found(nothing, member), shown, "item", {})


@require_safe
def step(request: HttpRequest, workspace: str, run: str, step: UUID) -> HttpResponse:
    """One step, whole: its texts, its prompt, its clock."""
    member = access.member(request, workspace)
    found = history.step(history.run(member, run), step)
    if getattr(request, "htmx", False):  # the row of the waterfall was opened
        return render(request, "runs/_step.html", step_page.fragment(found, member))
    context = step_page.context(found, member, timezone.now()) | replay_page.offered(found.run, member)
    return render(request, "runs/step.html", context)


def _page(
    request: HttpRequest,
    member: Membership,
    asked: terms.Terms,
    listed: tuple[list[Run], str],
    shown: Run | None,
    pane: str,
    more: dict[str, Any],
) -> HttpResponse:
    found, older = listed
    now, kept = timezone.now(), {name: value for name, value in asked.typed.items() if value}
    here = reverse("runs", args=[member.workspace.slug])
    context: dict[str, Any] = rail.around(member, now) | {
        "pane": pane,
        "rows": [_row(row, member, shown) for row in found],
        "older_url": f"{here}?{urlencode(kept | {'before': older})}" if older else "",
    }
    context |= finding_page.form(asked, member) | more
    if shown is not None:
        context |= page.context(shown, member, request.GET, now) | replay_page.offered(shown, member)
    return render(request, "runs/runs.html", context)


def _title(row: Run) -> SafeString:
    """The workflow and the period, which is never broken at its hyphens."""
    named = visible(row.workflow)
    return (
        format_html('{}&nbsp;· <span class="nowrap">{}</span>', named, visible(row.period))
        if row.period
        else named
    )


def _agent(row: Run) -> str:
    """Who walked it; its version alone where it is called after the workflow."""
    named = row.agent.name == row.workflow
    return f"version {row.agent_version}" if named else f"{row.agent.name} {row.agent_version}"


def _row(row: Run, member: Membership, shown: Run | None) -> Row:
    inputs = row.counts.get("inputs")
    return Row(
        id=row.public_id,
        url=reverse("run", args=[member.workspace.slug, row.public_id]),
        title=_title(row),
        amount=f"{inputs} input{'' if inputs == 1 else 's'}" if inputs is not None else "",
        why=visible(f"{row.state} · {_agent(row)}"),
        due=f"{timezone.localtime(row.started_at):%d %b %H:%M}",
        due_tone="",
        current=shown is not None and row.pk == shown.pk,
    )
