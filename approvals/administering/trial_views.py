"""Trying a declared tool: an admin asks, a worker does it, the page asks until it is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, trials
from approvals.administering import settings_access, settings_page, tool_page, trial_page
from approvals.administering.tool_forms import TrialForm
from approvals.answering.review_pages import SeeOther


@require_POST
def try_tool(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """Ask for a dry run of the newest version."""
    member = settings_page.admin(request, workspace)
    row = settings_access.declared(member, declared)
    made = tool_page.build(row)
    form = TrialForm(request.POST, tool=made[0] if made else None)
    if form.is_valid():
        try:
            trial = trials.ask(
                tool=row, arguments=form.cleaned_data["arguments"], by=member.user_id, actor=access.actor(request),
                now=timezone.now(),
            )  # fmt: skip
        except trials.TooManyWaiting:
            form.add_error(None, "Several dry runs wait already: look at what comes of them first.")
        else:
            return SeeOther(reverse("settings-trial", args=[workspace, trial.pk]))
    return tool_page.show(request, member, row, form=form, code=422)


@require_POST
def ask_secrets(request: HttpRequest, workspace: str, declared: str) -> HttpResponse:
    """Let a worker say which of the tool's secrets it has."""
    member = settings_page.admin(request, workspace)
    row = settings_access.declared(member, declared)
    trials.ask(tool=row, arguments=None, by=member.user_id, actor=access.actor(request), now=timezone.now())
    messages.success(request, "A worker was asked. Look again in a moment.")
    return SeeOther(reverse("settings-tool", args=[workspace, row.name]))


@require_safe
@never_cache
def trial(request: HttpRequest, workspace: str, trial: int) -> HttpResponse:
    """One dry run: a fragment for htmx while it waits, a page without."""
    member = settings_page.reader(request, workspace)
    found = settings_access.trial(member, trial)
    context = {"trial": trial_page.told(found, member), "tool": found.tool}
    if request.headers.get("HX-Request"):
        return render(request, "approvals/settings/_trial.html", context)
    return settings_page.show(request, member, tool_page.TAB, "trial", context)
