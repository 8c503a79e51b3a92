"""Settings, Changes: what waits for a second admin, confirmed or withdrawn; and the rule itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.administering import second_admin, settings_page
from approvals.administering.tool_sources import difference
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import changes, rule
from approvals.models import Change, Membership
from approvals.models.change import ChangeState
from approvals.visible import plain
from runs.limits import wake_all
from runs.two_admins import kinds

TAB = "settings-changes"
MOST = 100
SETTLED = 50


@require_safe
@never_cache
def change_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waits, what was settled, and whether two are needed."""
    member = settings_page.reader(request, workspace)
    rows = Change.objects.filter(workspace_id=member.workspace_id).select_related(
        "workspace", "proposed_by", "settled_by"
    )
    waiting = rows.filter(state=ChangeState.PROPOSED).order_by("id")[:MOST]
    settled = rows.exclude(state=ChangeState.PROPOSED).order_by("-settled_at")[:SETTLED]
    context = {
        "waiting": [_line(change, member) for change in waiting],
        "settled": settled,
        "admins": len(rule.admins(member.workspace_id)),
    }
    return settings_page.show(request, member, TAB, "changes", context)


def _line(change: Change, member: Membership) -> dict[str, Any]:
    whole = next((line for line in change.lines if line.get("whole")), None)
    return {
        "change": change,
        "own": change.proposed_by_id == member.user_id,
        "stands": changes.stands(change, kinds.KINDS),
        "lines": [line for line in change.lines if line is not whole],
        "definition": difference(whole["before"], whole["after"]) if whole else [],
    }


@require_POST
def confirm(request: HttpRequest, workspace: str, change: int) -> HttpResponse:
    """The second admin agrees: it takes effect."""
    now = timezone.now()

    def carry_out(found: Change, member: Membership) -> None:
        with transaction.atomic():
            changes.confirm(
                change=found, by=member.user_id, actor=access.actor(request), now=now, known=kinds.KINDS
            )
            wake_all(found.workspace_id, now)

    return _settle(request, workspace, change, carry_out, "{}: confirmed. It holds from now on.")


@require_POST
def withdraw(request: HttpRequest, workspace: str, change: int) -> HttpResponse:
    """It will not be done."""

    def take_back(found: Change, member: Membership) -> None:
        changes.withdraw(change=found, by=member.user_id, actor=access.actor(request), now=timezone.now())

    return _settle(request, workspace, change, take_back, "{}: withdrawn. Nothing was changed.")


@require_POST
def switch_rule(request: HttpRequest, workspace: str) -> HttpResponse:
    """Two admins for what widens, or one. To ask for less is itself for two."""
    member, on = settings_page.admin(request, workspace), request.POST.get("on") == "1"
    if waits := second_admin.wanted(request, member, rule.widening(on=on)):
        return waits
    try:
        rule.switch(workspace=member.workspace, on=on, actor=access.actor(request), now=timezone.now())
    except rule.SameRule:
        messages.info(request, "The rule stands like that already.")
    else:
        said = "What widens needs two admins" if on else "One admin suffices for every change"
        messages.success(request, f"{said} from now on.")
    return SeeOther(reverse(TAB, args=[workspace]))


def _settle(
    request: HttpRequest, workspace: str, change: int, act: Callable[[Change, Membership], None], said: str
) -> HttpResponse:
    member = settings_page.admin(request, workspace)
    found = Change.objects.filter(pk=change, workspace_id=member.workspace_id).first()
    if found is None:
        raise Http404("no such change")
    try:
        act(found, member)
    except changes.AlreadySettled:
        messages.info(request, "It was confirmed or withdrawn already.")
    except changes.OwnChange:
        messages.warning(request, "You proposed it yourself: another admin has to confirm it.")
    except (changes.Overtaken, changes.NotAnAdmin):
        messages.warning(
            request,
            "Nothing was changed: what it speaks of has changed since. Withdraw it and propose it anew.",
        )
    else:
        messages.success(request, said.format(plain(found.title)))
    return SeeOther(reverse(TAB, args=[workspace]))
