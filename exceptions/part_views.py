"""Parts of a case's page that are fetched when somebody opens them; without scripts each is a page of its own."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals import access, rail
from approvals.visible import plain
from exceptions import access as own
from exceptions import cases, failures, grouping, merging, sheet, story
from exceptions.forms import HandOverForm
from exceptions.models import Case

TITLES = {
    "failures": "What failed",
    "settled": "What was settled",
    "story": "The whole story",
    "hand-over": "Hand it over",
    "merge": "Merge it",
    "split": "Split off what is another trouble",
}
FOR_HANDLERS = ("hand-over", "merge", "split")


@require_safe
@never_cache
def part(request: HttpRequest, workspace: str, case: str, part: str) -> HttpResponse:
    """One part: a fragment for htmx, else a page around it."""
    member = access.member(request, workspace)
    found = own.case(member, case)
    if part not in TITLES:
        raise Http404("no such part")
    if part in FOR_HANDLERS and not cases.handles(member):
        raise PermissionDenied("only who works on cases may")
    template, fragment = f"exceptions/parts/{part}.html", bool(getattr(request, "htmx", False))
    told = {
        "case": found,
        "workspace": member.workspace,
        "part": template,
        "part_name": part,
        "title": TITLES[part],
    } | _of(part, found, request)
    if fragment:
        return render(request, template, told)
    told |= rail.around(member, timezone.now()) | {"page_title": plain(found.title)}
    return render(request, "exceptions/part.html", told)


def _of(part: str, case: Case, request: HttpRequest) -> dict[str, Any]:
    match part:
        case "story":
            return {"events": story.of(case, {}, longest=story.LONGEST)}
        case "hand-over":
            return {"hand_over_form": HandOverForm(case)}
        case "merge":
            return {"merge_targets": merging.candidates(case)}
        case "split":
            return {"wordings": grouping.wordings(case)}
    return _failures(case, part == "settled", request.GET.get("before", ""))


def _failures(case: Case, settled: bool, before: str) -> dict[str, Any]:
    mark = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    rows = failures.page(case, settled=settled, before=mark)
    shown, here = rows[: failures.PAGE], sheet.pages(case)
    return {
        "lines": [sheet.line(row, here) for row in shown],
        "settled": settled,
        "older": shown[-1].pk if len(rows) > failures.PAGE else None,
    }
