"""Ask for a replay, and see what comes of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from runs import history
from runs.models import RunReplay
from runs.replaying import asking, page

REFUSALS = {
    asking.NothingToReplay: "It cannot be read again here: it still goes on, or an agent outside walked it.",
    asking.TooManyWaiting: "Several replays wait already. Ask again when workers have come to them.",
}


@require_POST
def ask(request: HttpRequest, workspace: str, run: str) -> HttpResponse:
    """Read the run again with the code of today, or one input or step of it. Nothing is proposed."""
    member = access.member(request, workspace, *asking.MAY_ASK)
    found = history.run(member, run)
    item, step = (request.POST.get(name, "").replace("\x00", "") for name in ("item", "step"))
    try:
        made = asking.ask(
            run=found, member=member, actor=access.actor(request), now=timezone.now(), item=item, step=step
        )
    except asking.UnderWay:
        standing = RunReplay.objects.filter(run=found).exclude(state="done").first()
        messages.info(request, "It is being read again already: here it is.")
        return (
            redirect("replay", workspace, run, standing.public_id)
            if standing
            else redirect("run", workspace, run)
        )
    except tuple(REFUSALS) as error:
        messages.error(request, REFUSALS[type(error)])
        return redirect("run", workspace, run)
    return redirect("replay", workspace, run, made.public_id)


@require_safe
@never_cache
def replay(request: HttpRequest, workspace: str, run: str, replay: str) -> HttpResponse:
    """How far it is and what differs; comes back for more by itself while it goes on."""
    member = access.member(request, workspace)
    of = history.run(member, run)
    key = access.identifier("replay", replay)
    found = RunReplay.objects.filter(pk=key, run=of).select_related("run__agent", "asked_by").first()
    if found is None:
        raise Http404("no such replay")
    part = "runs/_replay.html" if getattr(request, "htmx", False) else "runs/replay.html"
    return render(request, part, page.context(found, member, timezone.now()))
