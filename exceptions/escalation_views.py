"""The page on which escalation proves itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals import access, rail
from exceptions import audit_page


@require_safe
def escalation(request: HttpRequest, workspace: str) -> HttpResponse:
    """Is any step late, has the auditor looked, and does every plan end with somebody?"""
    member, now = access.member(request, workspace), timezone.now()
    context = rail.around(member, now) | audit_page.context(member, now)
    return render(request, "exceptions/escalation.html", context)
