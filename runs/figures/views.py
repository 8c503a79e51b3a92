"""The page of figures, the rows behind a mark, and what a decision is worth."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.models import Membership
from approvals.models.workspace import Role
from runs.figures import page, rows_page, worth
from runs.figures.forms import WorthForm
from runs.figures.rows import Wanted


@require_safe
def figures(request: HttpRequest, workspace: str) -> HttpResponse:
    """Volume, errors, time, cost, outcomes, answers and exceptions of a day, a week or a month."""
    member = access.member(request, workspace)
    return _page(request, member, None)


@require_safe
def figure_rows(request: HttpRequest, workspace: str) -> HttpResponse:
    """The rows a mark stands for."""
    member = access.member(request, workspace)
    context = rows_page.read(member, Wanted.read(request.GET), timezone.now())
    return render(request, "runs/figures/rows.html", context)


@require_POST
def set_worth(request: HttpRequest, workspace: str) -> HttpResponse:
    """What one write takes by hand."""
    member = access.member(request, workspace, Role.ADMIN)
    form = WorthForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, code=422)
    minutes = form.cleaned_data["minutes"]
    try:
        worth.say(member=member, minutes=minutes, actor=access.actor(request), now=timezone.now())
    except worth.SameWorth:
        messages.info(request, "It was so already.")
    else:
        messages.success(request, f"One write counts as {minutes.normalize():f} minutes by hand from now on.")
    return redirect(f"{reverse('figures', args=[workspace])}#worth")


def _page(request: HttpRequest, member: Membership, form: WorthForm | None, code: int = 200) -> HttpResponse:
    context = page.read(member, request.GET.dict(), timezone.now())
    if member.may(Role.ADMIN):
        held = context["worth"]
        context["form"] = form or WorthForm(
            initial={"minutes": f"{held.minutes.normalize():f}"} if held else None
        )
    return render(request, "runs/figures/figures.html", context, status=code)
