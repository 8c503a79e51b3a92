"""What is stuck, for the rail of every page: a context processor that asks only when a template does."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from approvals import access, questions
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import counting


def waiting(request: HttpRequest) -> dict[str, Any]:
    """``cases_waiting.all`` and ``.late`` for the workspace of the page, empty where there is nothing to say; and
    ``audits_waiting``: how many writes that passed by themselves a reviewer of it is to look at again.
    """
    member = access.known(request)
    questions.note(counting.asked(member) if member else None)
    counted = SimpleLazyObject(lambda: _count(request))
    return {"cases_waiting": counted, "audits_waiting": SimpleLazyObject(lambda: _audits(request, counted))}


def _audits(request: HttpRequest, counted: Any) -> str:
    member = access.known(request)
    return str(counted.get("audits", "")) if member is not None and member.may(Role.REVIEWER) else ""


def _count(request: HttpRequest) -> dict[str, str]:
    here = request.resolver_match
    slug = here.kwargs.get("workspace") if here else None
    if slug is None or not request.user.is_authenticated:
        return {}
    member = access.known(request)
    if member is None or member.workspace.slug != slug:
        member = Membership.objects.filter(workspace__slug=slug, user_id=request.user.pk).first()
    if member is None:
        return {}
    return counting.for_rail(member).rail()
