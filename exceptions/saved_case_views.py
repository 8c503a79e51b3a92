"""Views of the queue of cases over the wire. Changes are POSTs and lead back to the queue."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership, SavedView
from approvals.visible import plain
from approvals.waiting import saved_views
from approvals.waiting.view_views import SORRY
from exceptions import case_filters, places


@require_safe
@never_cache
def panel(request: HttpRequest, workspace: str) -> HttpResponse:
    """What the list can be narrowed by."""
    member = access.member(request, workspace)
    place = places.read(request.GET, mine=0)
    told = {"panel": case_filters.panel(member, place), "place": place, "workspace": member.workspace}
    return render(request, "exceptions/_filters.html", told)


@require_POST
def keep(request: HttpRequest, workspace: str) -> HttpResponse:
    """Keep what the list shows now under a name."""
    member, now = access.member(request, workspace, *saved_views.KEEPERS), timezone.now()
    place = places.read(request.POST, mine=0)
    name = request.POST.get("name", "")
    try:
        saved_views.keep(member=member, name=name, query=place.told(), now=now, queue=saved_views.CASES)
    except (saved_views.TooManyViews, saved_views.NoName) as error:
        messages.error(request, SORRY[type(error)])
    else:
        messages.success(request, f"Kept as {plain(name.strip())}")
    return SeeOther(f"{reverse('cases', args=[workspace])}?{place.query()}")


@require_POST
def change(request: HttpRequest, workspace: str, view: int, act: str) -> HttpResponse:
    """Rename one's view, put it before the one it follows, or drop its name."""
    member = access.member(request, workspace, *saved_views.KEEPERS)
    found = saved_views.own(member, saved_views.CASES).filter(pk=view).first()
    if found is None or act not in ACTS:
        raise Http404("no such view")
    try:
        ACTS[act](member, found, request.POST.get("name", ""))
    except (saved_views.NameTaken, saved_views.NoName) as error:
        messages.error(request, SORRY[type(error)])
    return SeeOther(
        f"{reverse('cases', args=[workspace])}?{places.read(found.query, mine=0).query()}&panel=open"
    )


ACTS: dict[str, Callable[[Membership, SavedView, str], None]] = {
    "name": lambda _, view, name: saved_views.rename(view=view, name=name),
    "up": lambda member, view, _: saved_views.move_up(member=member, view=view),
    "deletion": lambda _, view, __: saved_views.delete(view=view),
}
