"""Lanes: all of them, one with its evidence, and the buttons that move it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.administering import second_admin
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import of_lanes
from approvals.lanes import ladder, lowering, moving, raising
from approvals.models import Lane, Membership
from approvals.models.workspace import Role
from exceptions.lanes import access as lanes_access
from exceptions.lanes import criteria, lane_page, list_page, what_if_page
from exceptions.lanes.forms import DownForm, UpForm

MOVED = "The lane moved meanwhile. Nothing was changed; look at it again."


@require_safe
@never_cache
def lane_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """How far each agent is trusted, and what that rests on."""
    member = access.member(request, workspace)
    return render(request, "lanes/lanes.html", list_page.read(member, timezone.now()))


@require_safe
@never_cache
def lane(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """One lane and its evidence."""
    member = access.member(request, workspace)
    return _page(request, member, lanes_access.lane(member, lane))


@require_safe
@never_cache
def what_if(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """What another stage, threshold or policy would have let pass. Nothing changes."""
    member = access.member(request, workspace)
    found = lanes_access.lane(member, lane)
    return render(
        request, "lanes/what_if.html", what_if_page.read(member, found, request.GET, timezone.now())
    )


@require_POST
def up(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """One rung up, where it is earned; put before a second admin where the workspace wants two."""
    member, now = access.member(request, workspace, Role.ADMIN), timezone.now()
    found = lanes_access.lane(member, lane)
    form = UpForm(request.POST, lane=found)
    to = ladder.next_up(found.stage)
    if not form.is_valid():
        return _page(request, member, found, up=form, code=422)
    if to is None or form.cleaned_data["seen"] != found.stage:
        messages.warning(request, MOVED)
        return _back(found, workspace)
    reason, also = form.cleaned_data["reason"], criteria.here(found)
    told = criteria.of(found, now)
    draft = of_lanes.rising(lane=found, reason=reason, told=told, also=also)
    if all(one.met for one in told) and (waits := second_admin.wanted(request, member, draft)):
        return waits
    try:
        raising.raise_lane(
            lane=found,
            to=to,
            reason=reason,
            by=member.user_id,
            actor=access.actor(request),
            now=now,
            also=also,
        )
    except raising.NotEarned as refused:
        missing = ", ".join(one.title.lower() for one in refused.missing)
        messages.error(request, f"It stays where it is. Not met: {missing}.")
    except (moving.StaleLane, raising.NotNext):
        messages.warning(request, MOVED)
    else:
        messages.success(request, f"{ladder.words(to).capitalize()} from now on.")
    return _back(found, workspace)


@require_POST
def down(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """Down, for any reason, without any proof."""
    member = access.member(request, workspace, Role.ADMIN)
    found = lanes_access.lane(member, lane)
    form = DownForm(request.POST, lane=found)
    if not form.is_valid():
        return _page(request, member, found, down=form, code=422)
    to = form.cleaned_data["stage"]
    try:
        lowering.lower(
            lane=found, to=to, reason=form.cleaned_data["reason"], by=member.user_id, actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except moving.StaleLane:
        messages.warning(request, MOVED)
    else:
        messages.success(request, f"{ladder.words(to).capitalize()} from now on.")
    return _back(found, workspace)


def _page(
    request: HttpRequest,
    member: Membership,
    found: Lane,
    *,
    up: UpForm | None = None,
    down: DownForm | None = None,
    code: int = 200,
) -> HttpResponse:
    context = lane_page.read(member, found, timezone.now(), up=up, down=down)
    return render(request, "lanes/lane.html", context, status=code)


def _back(found: Lane, workspace: str) -> HttpResponse:
    return SeeOther(reverse("lane", args=[workspace, found.pk]))
