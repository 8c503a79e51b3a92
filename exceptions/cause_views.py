"""The cause behind a case, named by its owner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access
from exceptions import access as own
from exceptions import cases, causes


@require_POST
def cause(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """Name what is behind it; the same word again takes the name back."""
    member = access.member(request, workspace, *cases.HANDLERS)
    found = own.case(member, case)
    chosen = request.POST.get("cause", "")
    try:
        causes.label(
            case=found, cause="" if chosen == found.cause else chosen, member=member, actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except causes.UnknownCause:
        messages.error(request, "Choose one of the causes.")
    return redirect("case", workspace, found.public_id)
