"""The page on which escalation proves itself."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals import access
from exceptions import audit_page, registry_page


@require_safe
def escalation(request: HttpRequest, workspace: str) -> HttpResponse:
    """Is any step late, has the auditor looked, and does every plan end with somebody?"""
    member = access.member(request, workspace)
    return registry_page.show(
        request, member, "escalation", "escalation", audit_page.context(member, timezone.now())
    )
