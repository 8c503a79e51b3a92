"""What is stuck, for the rail of every page: a context processor that asks only when a template does."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from approvals import access, wording
from approvals.models import LaneAudit, Membership
from approvals.models.workspace import Role
from approvals.waiting import statements
from exceptions import counting


def cases_waiting(request: HttpRequest) -> dict[str, Any]:
    """``cases_waiting.all`` and ``.late`` for the workspace of the page, empty where there is nothing to say."""
    return {"cases_waiting": SimpleLazyObject(lambda: _count(request))}


def audits_waiting(request: HttpRequest) -> dict[str, Any]:
    """``audits_waiting``: how many writes that passed by themselves the page's workspace is to look at again."""
    return {"audits_waiting": SimpleLazyObject(lambda: _audits(request))}


def _audits(request: HttpRequest) -> str:
    member = access.known(request)
    if member is None or not member.may(Role.REVIEWER):
        return ""
    count = statements.count(_unjudged(), statements.of(member))
    return wording.capped(count) if count else ""


@cache
def _unjudged() -> statements.Kept[LaneAudit]:
    rows = LaneAudit.objects.filter(workspace_id=statements.HOUSE, judged_at__isnull=True)
    return statements.keep(rows[: wording.CAP + 1])


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
