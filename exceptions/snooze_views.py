"""Putting a case aside until later, and bringing it back before its time."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from approvals import access
from exceptions import access as own
from exceptions import cases, clocks, snoozing

SPELLS = {
    "4h": ("Four hours", timedelta(hours=4)),
    "1d": ("A day", timedelta(days=1)),
    "3d": ("Three days", timedelta(days=3)),
    "7d": ("A week", timedelta(days=7)),
    "30d": ("Thirty days", snoozing.LONGEST),
}
CHOICES = [{"code": code, "label": label} for code, (label, _) in SPELLS.items()]


@require_POST
def snooze(request: HttpRequest, workspace: str, case: str) -> HttpResponse:
    """For a spell that was chosen; without one, the case comes back now."""
    member = access.member(request, workspace, *cases.HANDLERS)
    found, now, actor = own.case(member, case), timezone.now(), access.actor(request)
    chosen = SPELLS.get(request.POST.get("spell", ""))
    try:
        if chosen is None:
            snoozing.wake(case=found, actor=actor, now=now)
            messages.success(request, "It is back, and its clock runs.")
        else:
            until = now + chosen[1]
            snoozing.snooze(case=found, member=member, until=until, actor=actor, now=now)
            messages.success(request, f"Put aside until {clocks.when(until, now)}. It comes back by itself.")
    except snoozing.NotSnoozed:
        messages.info(request, "It is not put aside.")
    except cases.AlreadyTaken as error:
        messages.warning(request, f"{error.case.assignee} has it now.")
    except cases.AlreadyResolved:
        messages.info(request, "Nothing in it is open any more.")
    return redirect("case", workspace, found.public_id)
