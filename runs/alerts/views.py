"""Alerts: thresholds beside what is measured, one with its history, set and retired by admins."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.models import Membership
from approvals.models.workspace import Role
from runs.alerts import page, setting, words
from runs.alerts.forms import ThresholdForm


@require_safe
def alert_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every threshold in force."""
    return _list(request, access.member(request, workspace), None)


@require_safe
def alert(request: HttpRequest, workspace: str, threshold: int) -> HttpResponse:
    """One threshold and its history."""
    member = access.member(request, workspace)
    context = page.one(member, threshold, timezone.now()) | {"acts": member.may(Role.ADMIN)}
    return render(request, "runs/alerts/alert.html", context)


@require_POST
def set_alert(request: HttpRequest, workspace: str) -> HttpResponse:
    """A threshold, in the place of the version before where there is one."""
    member = access.member(request, workspace, Role.ADMIN)
    form = ThresholdForm(request.POST, workspace=member.workspace)
    if not form.is_valid():
        return _list(request, member, form, code=422)
    actor, now = access.actor(request), timezone.now()
    try:
        made = setting.set_threshold(member=member, terms=form.terms(), actor=actor, now=now)
    except setting.SameThreshold:
        messages.info(request, "Exactly this threshold is in force already.")
    else:
        messages.success(request, f"{words.title(made)} of {made.workflow}: {words.rule(made)}, from now on.")
    return redirect("alerts", workspace)


@require_POST
def retire(request: HttpRequest, workspace: str, threshold: int) -> HttpResponse:
    """Nothing is held to it from now on."""
    member = access.member(request, workspace, Role.ADMIN)
    found = page.threshold(member, threshold)
    try:
        setting.retire(threshold=found, member=member, actor=access.actor(request), now=timezone.now())
    except setting.AlreadyRetired:
        messages.info(request, "It was retired before.")
    else:
        messages.success(request, f"{words.title(found)} of {found.workflow} is not watched any more.")
    return redirect("alerts", workspace)


def _list(
    request: HttpRequest, member: Membership, form: ThresholdForm | None, code: int = 200
) -> HttpResponse:
    context: dict[str, Any] = page.read(member, timezone.now())
    if member.may(Role.ADMIN):
        context["form"] = form or ThresholdForm(workspace=member.workspace)
    return render(request, "runs/alerts/alerts.html", context, status=code)
