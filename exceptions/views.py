"""What is stuck: the list, and one case with everything known about it."""

from datetime import datetime
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from approvals import access
from approvals.models import Membership
from approvals.visible import plain, visible
from exceptions import access as own
from exceptions import (
    amendments,
    asking,
    beside,
    cases,
    causes,
    clocks,
    failures,
    grouping,
    listing,
    money,
    prose,
    resolutions,
    sheet,
    snooze_views,
    story,
    told,
    undoing,
    whose,
)  # fmt: skip
from exceptions.forms import LONGEST_NOTE
from exceptions.models import Case, Occurrence
from exceptions.models.case import State


@require_safe
def case_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """The queue, and beside it how to begin."""
    member = access.member(request, workspace)
    return render(request, "exceptions/cases.html", listing.of(request.GET, member, timezone.now()))


@require_safe
def case_page(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Whose it is and what comes next, what failed and why, what to do, and what was done."""
    member = access.member(request, workspace)
    teams, now = whose.teams(member), timezone.now()
    found = own.case_to_read(member, case, teams)
    context = listing.of(request.GET, member, now, teams=teams, current=found) | read(found, member, now)
    return render(request, "exceptions/case.html", context)


def read(case: Case, member: Membership, now: datetime) -> dict[str, Any]:
    """Everything the page of a case says, in a fixed number of queries. What few look at is fetched when opened."""
    still, here, around = failures.newest(case), sheet.pages(case), beside.of(case)
    heading, lede = sheet.named(case)
    acts = cases.handles(member) and case.state != State.RESOLVED
    sample = next((row for row in still if sheet.is_blocked(row)), None)
    events = story.of(case, {member.user_id: member.user.get_username()}, beside=around)
    return (
        {
            "case": case,
            "parts": f"{here}parts/",
            "heading": visible(heading),
            "lede": visible(lede),
            "page_title": plain(case.title),
            "kind": sheet.KINDS.get(case.failure_class.kind, ""),  # type: ignore[call-overload]
            "seen": clocks.seen(case, now),
            "chips": sheet.chips(case, money.of(case), around, now),
            "people": clocks.people(case),
            "clock": clocks.clock(case, now),
            "lines": [sheet.line(row, here) for row in still],
            "open_count": f"{case.open_count:,}",
            "more": max(case.open_count - len(still), 0),
            "settled_before": case.total_count - case.open_count,
            "sample": sample,
            "checks": sheet.checks(sample.proposal.rulings) if sample and sample.proposal else None,
            "runbook": prose.render(case.failure_class.runbook),
            "events": events,
            "story_more": len(events) == story.FEW,
            "figures": _figures(case),
            "longest_note": LONGEST_NOTE,
            "longest_wish": asking.LONGEST,
            "causes": causes.choices(case),
            "spells": snooze_views.CHOICES,
            "told": told.of(case, now),
        }
        | grouping.of(case, now, around, acts=acts)
        | _acts(case, member, still, acts)
    )


def _figures(case: Case) -> list[dict[str, Any]]:
    return [
        {"label": "Open", "value": f"{case.open_count:,}", "tone": "ask" if case.open_count else ""},
        {"label": "Settled", "value": f"{case.total_count - case.open_count:,}"},
        {"label": "In all", "value": f"{case.total_count:,}"},
    ]


def _may_ask_again(allowed: list[str], still: list[Occurrence]) -> bool:
    """Where something blocked waits for its agent."""
    return asking.REASON in allowed and any(sheet.is_blocked(row) and row.execution is None for row in still)


def _acts(case: Case, member: Membership, still: list[Occurrence], acts: bool) -> dict[str, Any]:
    """What this reader may do now."""
    allowed = case.failure_class.resolutions
    retry_url = sheet.address("case-redrive", case.workspace.slug, case.public_id)
    holds = case.state == State.ACKNOWLEDGED and case.assignee_id == member.user_id
    return {
        "acts": acts,
        "may_take": acts and (case.state == State.OPEN or holds),
        "holds": holds,
        "retriable": bool(retry_url) and acts and "retry" in allowed and any(row.execution for row in still),
        "retry_url": retry_url,
        "amendable": next((row for row in still if acts and amendments.may_amend(row)), None),
        "undo_url": next(filter(None, (undoing.url(row, case) for row in still)), "") if acts else "",
        "may_ask_again": acts and _may_ask_again(allowed, still),
        "may_dismiss": acts and "dismiss" in allowed and bool(still),
        "may_note": cases.handles(member),
        "dismissing": _dismissing(case.open_count == 1),
        "upto": still[0].pk if still else 0,
    }


@cache
def _dismissing(the_only_one: bool) -> SafeString:
    """The reasons, on the page of every case alike."""
    title = "Why is nothing left to do?" if the_only_one else "Why is nothing left to do about all of these?"
    reasons = [{"code": code, "label": label} for code, label in resolutions.REASONS.items()]
    label = "Dismiss" if the_only_one else "Dismiss all"
    told = {"reasons": reasons, "label": label, "key": "d", "title": title}
    return render_to_string("components/reasons.html", told)
