"""What the page of one declared tool shows."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from approvals import declared, kinds, secret_names, shelf, tools, trials, wording
from approvals.administering import settings_page, tool_sources, trial_page
from approvals.administering.tool_forms import TrialForm, sample
from approvals.models import DeclaredTool, Membership, Trial

TAB = "settings-tools"
SHOWN = 20
MOST_PENDING = 100


def line(row: DeclaredTool) -> dict[str, Any]:
    """One tool in the list."""
    return {
        "tool": row,
        "kind": kind_title(row.kind),
        "url": reverse("settings-tool", args=[row.name.partition(".")[0], row.name]),
    }


def kind_title(name: str) -> str:
    try:
        return kinds.get(name).title
    except kinds.UnknownKind:
        return name


def show(
    request: HttpRequest,
    member: Membership,
    row: DeclaredTool,
    *,
    form: TrialForm | None = None,
    code: int = 200,
) -> HttpResponse:
    versions, tried = (
        declared.versions(member.workspace, row.name),
        trials.of_tool(row.workspace_id, row.name),
    )
    made = build(row)
    asked = [one for one in tried if one.arguments is not None]
    context = {
        "tool": row,
        "kind": kind_title(row.kind),
        "facts": _facts(made[0]) if made else [],
        "broken": not made,
        "comes_with": made[1:],
        "history": _history(versions),
        "pending": declared.pending(row, MOST_PENDING) if made else 0,
        "secrets": _secrets(row, tried, member.workspace.slug),
        "form": form or TrialForm(initial={"arguments": _sample(made, row)}),
        "trial": trial_page.told(asked[0], member) if asked else None,
        "earlier": [trial_page.line(one, member) for one in asked[1:]],
    }
    return settings_page.show(request, member, TAB, "tool", context, code=code)


def build(row: DeclaredTool) -> list[tools.Tool]:
    """The tools it makes; none where its kind has become stricter, or it is not what was declared."""
    try:
        return shelf.built(row)
    except (kinds.UnknownKind, kinds.NotADefinition, ValueError):
        return []


def _facts(tool: tools.Tool) -> list[dict[str, str]]:
    fields = ", ".join(tool.Arguments.model_fields)
    told = {
        "Risk": tool.risk,
        "Way back": wording.way_back(tool.reversibility, own=tool.way_back),
        "Customers see it": "yes" if tool.customer_facing else "no",
        "Target is read first": "yes" if tool.observes else "no",
        "A write in doubt": "is looked up by its key" if tool.idempotency != "none" else "goes to a person",
        "Arguments": fields,
        "Found in evidence": ", ".join(tool.grounded) or "none",
        "Reviewers may edit": ", ".join(tool.editable) or "none",
    }
    return [{"label": label, "value": value} for label, value in told.items()]


def _history(versions: Sequence[DeclaredTool]) -> list[dict[str, Any]]:
    """The newest versions, each with what it changed."""
    older = [*versions[1:], None][: len(versions)]
    return [
        {"tool": row, "lines": tool_sources.difference(before.source, row.source) if before else []}
        for row, before in list(zip(versions, older, strict=True))[:SHOWN]
    ]


def _secrets(row: DeclaredTool, tried: Sequence[Trial], slug: str) -> dict[str, Any]:
    """Names it needs, where each is set, and what the workers said of each when they were last asked."""
    try:
        names = kinds.get(row.kind).secrets(row.definition)
    except (kinds.UnknownKind, KeyError):
        names = []
    last = next((one for one in tried if one.state == Trial.State.DONE and one.tool_id == row.pk), None)
    said = last.secrets if last else {}
    return {
        "lines": [
            {
                "name": name,
                "known": said.get(name),
                "variable": secret_names.variable(slug, name),
                "file": secret_names.file(slug, name),
            }
            for name in names
        ],
        "asked_at": last.finished_at if last else None,
        "waits": any(one.state != Trial.State.DONE for one in tried),
    }


def _sample(made: Sequence[tools.Tool], row: DeclaredTool) -> str:
    return sample(made[0], row.definition) if made else "{}"
