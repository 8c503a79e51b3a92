"""Plans: who is called when nobody takes a case, and what each plan said before."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from approvals import access
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import plan_words, plans, registry_page, revisions
from exceptions.models import Plan
from exceptions.plan_forms import Sheet


@require_safe
def plan_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every plan, and how many classes follow it."""
    member = access.member(request, workspace)
    return registry_page.show(
        request, member, "plans", "plans", {"plans": plan_words.lines(member.workspace_id)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: HttpRequest, workspace: str) -> HttpResponse:
    """A plan of one's own."""
    return _page(request, access.member(request, workspace, Role.ADMIN), None)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_page(request: HttpRequest, workspace: str, plan: int) -> HttpResponse:
    """One plan: its steps, the form for admins, and its versions."""
    member = access.member(request, workspace, *((Role.ADMIN,) if request.method == "POST" else ()))
    found = Plan.objects.filter(workspace=member.workspace_id, pk=plan).first() if plan < 2**63 else None
    if found is None:
        raise Http404("no such plan")
    return _page(request, member, found)


def _page(request: HttpRequest, member: Membership, plan: Plan | None) -> HttpResponse:
    posted = request.method == "POST"
    sheet = Sheet(member.workspace_id, plan, request.POST if posted else None)
    if posted and sheet.is_valid() and _saved(request, member, plan, sheet):
        return redirect("plans", member.workspace.slug)
    context = {
        "plan": plan,
        "sheet": sheet if member.may(Role.ADMIN) else None,
        "steps": plan_words.steps_of(plan.workspace_id, plan.steps) if plan else [],
        "versions": _versions(plan) if plan else [],
    }
    return registry_page.show(request, member, "plans", "plan", context, code=422 if posted else 200)


def _saved(request: HttpRequest, member: Membership, plan: Plan | None, sheet: Sheet) -> bool:
    """Whether it was; what stands against it is said on the form."""
    more: dict[str, Any] = {
        "terms": sheet.terms(),
        "member": member,
        "actor": access.actor(request),
        "now": timezone.now(),
    }
    try:
        if plan is None:
            saved = plans.make(**more)
        else:
            saved = plans.change(plan=plan, seen_version=sheet.head.cleaned_data["version"], **more)
    except plans.UnusablePlan as error:
        for problem in error.problems:
            sheet.head.add_error(None, problem)
    except plans.SamePlan:
        sheet.head.add_error("name", "Another plan is called so.")
    except plans.StalePlan:
        sheet.head.add_error(None, "Somebody changed this plan meanwhile. Open it again to see how.")
    else:
        messages.success(request, f"{saved.name}: saved as version {saved.version}. Open cases keep theirs.")
        return True
    return False


def _versions(plan: Plan) -> list[revisions.Version]:
    words = partial(plan_words.of, plan.workspace_id)
    return revisions.history(plan.workspace_id, "plan", str(plan.pk), words)
