"""Saved views and live counts over the wire. Changes are POSTs and lead back to the queue."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, questions
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership, SavedView
from approvals.visible import plain
from approvals.waiting import (
    filters_form,
    filters_page,
    listing,
    queue,
    saved_views,
    view_counts,
    view_tabs,
)
from approvals.waiting.places import Place

SORRY = {
    saved_views.TooManyViews: f"You have {saved_views.MOST} views already. Delete one first.",
    saved_views.NameTaken: "Another of your views has that name.",
    saved_views.NoName: "A view needs a name of up to 40 characters.",
}


@require_safe
@never_cache
def counts(request: HttpRequest, workspace: str) -> HttpResponse:
    """The figures around the list as they are now; ``top`` in the address is the list's first row."""
    member, now = access.member(request, workspace), timezone.now()
    place = filters_form.read(request.GET, member)
    with questions.together():
        questions.note(view_counts.asked_first(member, now), view_tabs.asked(member))
        figures = listing.figures(member, place, now, request.GET.get("top", ""))
        return render(request, "approvals/_counts.html", figures)


@require_safe
@never_cache
def rows(request: HttpRequest, workspace: str) -> HttpResponse:
    """The list alone, from its top, beside whatever is open."""
    member, now = access.member(request, workspace), timezone.now()
    place = filters_form.read(request.GET, member).top()
    opened = queue.named(member, request.GET.get("open", ""))
    return render(request, "approvals/_list.html", listing.read(member, place, now, opened))


@require_safe
@never_cache
def panel(request: HttpRequest, workspace: str) -> HttpResponse:
    """What the list can be narrowed by, fetched when somebody wants it."""
    member, now = access.member(request, workspace), timezone.now()
    place = filters_form.read(request.GET, member)
    told = {"panel": filters_page.panel(member, place, now), "place": place, "workspace": member.workspace}
    return render(request, "approvals/_filters.html", told)


@require_POST
def keep(request: HttpRequest, workspace: str) -> HttpResponse:
    """Keep what the list shows now under a name."""
    member, now = access.member(request, workspace, *saved_views.KEEPERS), timezone.now()
    place = _place(request.POST, member)
    try:
        saved_views.keep(member=member, name=request.POST.get("name", ""), query=place.query(), now=now)
    except (saved_views.TooManyViews, saved_views.NoName) as error:
        messages.error(request, SORRY[type(error)])
    else:
        messages.success(request, f"Kept as {plain(request.POST['name'].strip())}")
    return SeeOther(place.url("review", workspace))


@require_POST
def rename(request: HttpRequest, workspace: str, view: int) -> HttpResponse:
    """Give one's view another name."""
    member = access.member(request, workspace, *saved_views.KEEPERS)
    found = _own(member, view)
    try:
        saved_views.rename(view=found, name=request.POST.get("name", ""))
    except (saved_views.NameTaken, saved_views.NoName) as error:
        messages.error(request, SORRY[type(error)])
    return SeeOther(_place(found.query, member).url("review", workspace))


@require_POST
def move_up(request: HttpRequest, workspace: str, view: int) -> HttpResponse:
    """Put one's view before the one it follows."""
    member = access.member(request, workspace, *saved_views.KEEPERS)
    saved_views.move_up(member=member, view=_own(member, view))
    return SeeOther(_place(request.POST, member).url("review", workspace))


@require_POST
def delete(request: HttpRequest, workspace: str, view: int) -> HttpResponse:
    """Drop the name. The rows stay where they are."""
    member = access.member(request, workspace, *saved_views.KEEPERS)
    found = _own(member, view)
    saved_views.delete(view=found)
    messages.info(request, f"Deleted: {plain(found.name)}")
    return SeeOther(Place(view=filters_form.default_view(member)).url("review", workspace))


def _own(member: Membership, pk: int) -> SavedView:
    found = saved_views.own(member).filter(pk=pk).first()
    if found is None:
        raise Http404("no such view")
    return found


def _place(told: Mapping[str, Any], member: Membership) -> Place:
    return filters_form.read(told, member).top()
