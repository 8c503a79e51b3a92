"""The page of a week, its table, and what is decided there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from exceptions import cases
from exceptions.models import NextAction
from exceptions.weekly import actions, page


@require_safe
def week(request: HttpRequest, workspace: str) -> HttpResponse:
    """What failed in a week, and what is done about it."""
    member, now = access.member(request, workspace), timezone.now()
    chosen = page.chosen(request.GET, member, now)
    return render(request, "exceptions/week.html", page.read(member, chosen, None, now))


@require_safe
def table(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """The same lines for a spreadsheet."""
    member, now = access.member(request, workspace), timezone.now()
    chosen = page.chosen(request.GET, member, now)
    answer = StreamingHttpResponse(page.table(member, chosen), content_type="text/csv; charset=utf-8")
    name = f"exceptions-{member.workspace.slug}-{chosen.monday.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def decide(request: HttpRequest, workspace: str) -> HttpResponse:
    """Something is to be done, by a team, until a day."""
    member, now = access.member(request, workspace, *cases.HANDLERS), timezone.now()
    chosen = page.chosen(request.POST, member, now)
    form = page.ActionForm(member, request.POST)
    if not form.is_valid():
        return render(request, "exceptions/week.html", page.read(member, chosen, form, now), status=422)
    told = form.cleaned_data
    actions.decide(
        member=member, week=chosen, text=told["text"], owner=told["owner"], due_on=told["due_on"],
        actor=access.actor(request), now=now,
    )  # fmt: skip
    messages.success(request, f"{told['owner']} does it by {told['due_on']:%-d %B}.")
    return _back(workspace, chosen.monday.isoformat())


@require_POST
def finish(request: HttpRequest, workspace: str, action: int) -> HttpResponse:
    """It is done."""
    member, now = access.member(request, workspace, *cases.HANDLERS), timezone.now()
    found = NextAction.objects.filter(pk=action, workspace_id=member.workspace_id).first()
    if found is None:
        raise Http404("no such action")
    try:
        actions.finish(action=found, member=member, actor=access.actor(request), now=now)
    except actions.DoneAlready:
        messages.info(request, "It was done already.")
    else:
        messages.success(request, "Done.")
    return _back(workspace, page.chosen(request.POST, member, now).monday.isoformat())


def _back(workspace: str, monday: str) -> HttpResponse:
    return redirect(f"{reverse('week', args=[workspace])}?week={monday}#next")
