"""Settings, Limits: what holds, how much of it is used now, what waits for it; set and retired by admins."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, limits, wording
from approvals.administering import second_admin, settings_page
from approvals.administering.limit_forms import LimitForm
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_limits
from approvals.models import Limit, Membership
from runs import limit_reading
from runs.limits import wake

TAB = "settings-limits"
SHOWN = 50


@require_safe
@never_cache
def limit_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every limit in force, and those that were."""
    member = settings_page.reader(request, workspace)
    return _page(request, member, LimitForm(workspace=member.workspace))


@require_POST
def set_limit(request: HttpRequest, workspace: str) -> HttpResponse:
    """A new limit, or another in the place of one."""
    member, now = settings_page.admin(request, workspace), timezone.now()
    form = LimitForm(request.POST, workspace=member.workspace)
    if form.is_valid():
        draft = of_limits.widening(workspace=member.workspace, terms=form.terms())
        if waits := second_admin.wanted(request, member, draft):
            return waits
        try:
            with transaction.atomic():
                limit = limits.set_limit(
                    workspace=member.workspace, terms=form.terms(), by=member.user_id,
                    actor=access.actor(request), now=now,
                )  # fmt: skip
                wake(limit, now)
        except limits.SameLimit:
            form.add_error(None, "Exactly this limit is in force already.")
        else:
            where = limits.of_what(limit)
            messages.success(request, f"{limits.words(limit)} for {where} from now on.")
            return SeeOther(reverse(TAB, args=[workspace]))
    return _page(request, member, form, code=422)


@require_POST
def retire(request: HttpRequest, workspace: str, limit: int) -> HttpResponse:
    """The limit holds nothing from now on."""
    member, now = settings_page.admin(request, workspace), timezone.now()
    found = Limit.objects.filter(pk=limit, workspace_id=member.workspace_id).first()
    if found is None:
        raise Http404("no such limit")
    if waits := second_admin.wanted(request, member, of_limits.retiring(found)):
        return waits
    try:
        with transaction.atomic():
            limits.retire(limit=found, by=member.user_id, actor=access.actor(request), now=now)
            wake(found, now)
    except limits.AlreadyRetired:
        messages.info(request, "That limit was retired before.")
    else:
        messages.success(request, f"{limits.words(found)} is retired. What waited for it goes on.")
    return SeeOther(reverse(TAB, args=[workspace]))


def _page(request: HttpRequest, member: Membership, form: LimitForm, code: int = 200) -> HttpResponse:
    now = timezone.now()
    agents = limits.agent_names(member.workspace_id)
    rows = Limit.objects.filter(workspace_id=member.workspace_id).select_related("created_by", "retired_by")
    in_force = list(rows.filter(retired_at__isnull=True).order_by("scope", "key", "measure", "id"))
    use = limit_reading.of(in_force, member.workspace, now)
    lines = [_line(limit, agents) | {"use": use[limit.pk]} for limit in in_force]
    retired = rows.filter(retired_at__isnull=False).order_by("-retired_at")[:SHOWN]
    context = {"lines": lines, "retired": [_line(limit, agents) for limit in retired], "form": form}
    return settings_page.show(request, member, TAB, "limits", context, code=code)


def _line(limit: Limit, agents: dict[str, str]) -> dict[str, Any]:
    return {
        "limit": limit,
        "words": limits.words(limit),
        "where": limits.of_what(limit, agents),
        "burst": wording.counted(limit.burst, "write") if limit.burst and limit.burst != limit.amount else "",
    }
