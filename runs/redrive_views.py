"""Sending the failures of a case again: look first, confirm, follow, stop."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.models import Membership
from exceptions import access as cases_access
from exceptions import cases
from runs import redrive_page
from runs.models import Redrive
from runs.redriving import orders

ACTS = {"stop": orders.stop, "go-on": orders.go_on, "drop": orders.give_up}
DONE = {
    "stop": "Stopped. What was sent already goes its way.",
    "go-on": "It goes on: one first, then ten, then the rest.",
    "drop": "Dropped. What was not sent stays open in its case.",
}
CHANGED = "It changed while you looked. This is how it stands now."


@require_POST
def preview(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Freeze what would be sent, and look at it before anything is."""
    member = access.member(request, workspace, *cases.HANDLERS)
    found = cases_access.case(member, case)
    try:
        made = orders.preview(case=found, member=member, actor=access.actor(request), now=timezone.now())
    except orders.NotOffered:
        messages.error(request, "Failures of this class are not sent again: something has to change first.")
    except orders.NothingToSend:
        messages.info(request, "No open failure of this case has a write that could be sent again.")
    else:
        return redirect("redrive", workspace, made.public_id)
    return redirect("case", workspace, case)


@require_safe
@never_cache
def redrive(request: HttpRequest, workspace: str, redrive: str) -> HttpResponse:
    """What would be sent, or how far it is; comes back for more by itself while it moves."""
    member = access.member(request, workspace)
    return _page(request, member, _found(member, redrive))


@require_POST
def confirm(request: HttpRequest, workspace: str, redrive: str) -> HttpResponse:
    """Send the first, under the reader's name and reason."""
    member = access.member(request, workspace, *cases.HANDLERS)
    found = _found(member, redrive)
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        orders.confirm(
            redrive=found, member=member, reason=reason, actor=access.actor(request), now=timezone.now()
        )
    except orders.MissingReason:
        messages.error(request, "Say what has changed, so that it will not fail again.")
        return _page(request, member, found, code=422)
    except orders.SecondPersonWanted:
        messages.error(request, "So many writes, or so much money, take somebody else’s confirmation.")
    except orders.AnotherRuns:
        messages.warning(request, "Another redrive of this case is under way. Wait until it has ended.")
    except orders.LookAgain:
        messages.warning(
            request, "The targets are being looked at still, or this was looked at too long ago."
        )
    else:
        messages.success(request, "The first is sent. The rest follows when the first were seen to arrive.")
    return redirect("redrive", workspace, found.public_id)


@require_POST
def act(request: HttpRequest, workspace: str, redrive: str, act: str) -> HttpResponse:
    """Stop it, let it go on, or drop what is left."""
    member = access.member(request, workspace, *cases.HANDLERS)
    found = _found(member, redrive)
    if act not in ACTS:
        raise Http404("no such act")
    try:
        ACTS[act](redrive=found, member=member, actor=access.actor(request), now=timezone.now())
    except orders.SecondPersonWanted:
        messages.error(request, "Somebody else has to let it go on: it takes two people.")
    except orders.LookAgain:
        messages.info(request, CHANGED)
    else:
        messages.success(request, DONE[act])
    return redirect("redrive", workspace, found.public_id)


def _found(member: Membership, public_id: str) -> Redrive:
    row = (
        Redrive.objects.select_related("case__failure_class", "made_by", "confirmed_by")
        .filter(pk=access.identifier("redrive", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if row is None:
        raise Http404("no such redrive")
    return row


def _page(request: HttpRequest, member: Membership, row: Redrive, code: int = 200) -> HttpResponse:
    context = redrive_page.context(row, member, timezone.now())
    fragment = getattr(request, "htmx", False)
    answer = render(request, "runs/_redrive.html" if fragment else "runs/redrive.html", context, status=code)
    if fragment and not context["moves"]:
        answer["HX-Refresh"] = "true"  # it has come to rest: its head and its buttons say so too
    return answer
