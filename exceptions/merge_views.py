"""Cases that are one trouble, made one, and taken apart again. Each a POST, each recorded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access
from approvals.models import Membership
from exceptions import access as own
from exceptions import cases, merging
from exceptions.models import Case


def _reached(request: HttpRequest, workspace: str, case: str) -> tuple[Membership, Case]:
    member = access.member(request, workspace, *cases.HANDLERS)
    return member, own.case(member, case)


def _back(case: Case, workspace: str) -> HttpResponse:
    return redirect("case", workspace, case.public_id)


@require_POST
def merge(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Its failures lie in another case from now on."""
    member, found = _reached(request, workspace, case)
    into = own.case(member, request.POST.get("into", ""))
    try:
        target = merging.merge(
            case=found, into=into, member=member, actor=access.actor(request), now=timezone.now()
        )
    except merging.NotMergeable:
        messages.error(request, "These two cannot be one case: choose an open case with the same ways out.")
        return _back(found, workspace)
    messages.success(request, "Merged. What fails for either cause lies here from now on.")
    return _back(target, workspace)


@require_POST
def separate(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Undo a merge."""
    member, found = _reached(request, workspace, case)
    try:
        merging.separate(case=found, member=member, actor=access.actor(request), now=timezone.now())
    except merging.NotMerged:
        messages.info(request, "It is a case of its own already.")
    else:
        messages.success(request, "It is a case of its own again.")
    return _back(found, workspace)


@require_POST
def split(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Failures that say exactly this become a case of their own."""
    member, found = _reached(request, workspace, case)
    message = request.POST.get("message", "")[:500].replace("\x00", "")
    try:
        made = merging.split(
            case=found, message=message, member=member, actor=access.actor(request), now=timezone.now()
        )
    except merging.NotSplittable:
        messages.error(request, "Nothing open here says just that, or everything does.")
        return _back(found, workspace)
    messages.success(request, "Split off. What fails in these words lies here from now on.")
    return _back(made, workspace)
