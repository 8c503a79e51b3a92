"""A lane's limit of errors: looked at by everybody, set by admins; a higher one by two, where two are wanted."""

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
from approvals.lanes import promising
from approvals.lanes.criterion import percent
from approvals.models.workspace import Role
from exceptions.lanes import access as lanes_access
from exceptions.lanes import limit_page, limiting
from exceptions.lanes.limit_page import LimitForm


@require_safe
@never_cache
def limit(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """What every limit would make of the threshold now."""
    member = access.member(request, workspace)
    found = lanes_access.lane(member, lane)
    return render(request, "lanes/limit.html", limit_page.read(member, found, timezone.now()))


@require_POST
def set_limit(request: HttpRequest, workspace: str, lane: int) -> HttpResponse:
    """Another limit from now on."""
    member, now = access.member(request, workspace, Role.ADMIN), timezone.now()
    found = lanes_access.lane(member, lane)
    form = LimitForm(request.POST, lane=found)
    if not form.is_valid():
        return render(request, "lanes/limit.html", limit_page.read(member, found, now, form), status=422)
    reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
    draft = of_lanes.loosening(lane=found, epsilon=form.epsilon, reason=reason)
    if seen == found.epsilon and (waits := second_admin.wanted(request, member, draft)):
        return waits
    try:
        made = limiting.limit(
            lane=found, epsilon=form.epsilon, seen=seen, reason=reason, by=member.user_id,
            actor=access.actor(request), now=now,
        )  # fmt: skip
    except promising.SamePromise:
        messages.info(request, "That is its limit already.")
    except promising.ChangedMeanwhile:
        messages.warning(request, "Its limit was changed meanwhile. Nothing was done; look at it again.")
    else:
        left = f"a threshold of {made.threshold}" if made.threshold is not None else "no threshold"
        messages.success(request, f"At most {percent(float(made.epsilon))} wrong from now on, with {left}.")
    return SeeOther(reverse("lane-limit", args=[workspace, found.pk]))
