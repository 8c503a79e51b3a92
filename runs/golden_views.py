"""Golden sets: what is kept, how each reader did, what drifts; kept by reviewers, tried when somebody asks."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, rail
from approvals.answering.review_pages import SeeOther
from approvals.models.workspace import Role
from runs.golden import keeping, page, sets, wishes
from runs.models import GoldenCase

KEEPERS = (Role.REVIEWER, Role.ADMIN)
TRIERS = (Role.ADMIN, Role.OPS_OWNER, Role.REVIEWER)


@require_safe
@never_cache
def golden_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """All sets of the workspace."""
    member = access.member(request, workspace)
    context = {
        "sets": page.whole(member.workspace), "width": page.WIDTH, "height": page.HEIGHT,
        "may_try": member.may(*TRIERS),
        "drift": page.drifted(member.workspace),
    }  # fmt: skip
    return render(request, "runs/golden.html", rail.around(member, timezone.now()) | context)


@require_safe
@never_cache
def set_page(request: HttpRequest, workspace: str, workflow: str) -> HttpResponse:
    """The cases of one set."""
    member = access.member(request, workspace)
    if workflow not in sets.KINDS:
        raise Http404("no such set")
    context = {
        "workflow": workflow, "lines": page.cases(member.workspace, workflow), "most": page.CASES,
        "may_let_go": member.may(*KEEPERS),
    }  # fmt: skip
    return render(request, "runs/golden_set.html", rail.around(member, timezone.now()) | context)


@require_POST
def keep(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Keep what was signed, in one click."""
    member = access.member(request, workspace, *KEEPERS)
    asked = access.proposal(member, proposal)
    try:
        keeping.keep(proposal=asked, by=member.user_id, actor=access.actor(request), now=timezone.now())
    except keeping.NotGolden:
        messages.error(request, "Only what people signed, and what can be read again, is kept as golden.")
    except keeping.AlreadyKept:
        messages.info(request, "It is golden already, or was until somebody let it go.")
    except keeping.SetIsFull:
        messages.error(request, f"The set holds {keeping.MOST_KEPT} cases. Let some go first.")
    else:
        messages.success(request, "Kept as golden: it is tried whenever a prompt or a model changes.")
    return SeeOther(reverse("proposal", args=[workspace, asked.public_id]))


@require_POST
def try_now(request: HttpRequest, workspace: str, workflow: str) -> HttpResponse:
    """Have the set tried by whatever reads now."""
    member = access.member(request, workspace, *TRIERS)
    if workflow not in sets.KINDS:
        raise Http404("no such set")
    wished = wishes.wish(
        workspace=member.workspace, why="asked", by=member.user_id, actor=access.actor(request), now=timezone.now(),
        workflow=workflow,
    )  # fmt: skip
    if wished:
        messages.success(request, "A worker tries it within a minute.")
    else:
        messages.info(request, "A trial waits already, or the set is empty.")
    return SeeOther(reverse("golden", args=[workspace]))


@require_POST
def let_go(request: HttpRequest, workspace: str, golden: UUID) -> HttpResponse:
    """The case is tried no more."""
    member = access.member(request, workspace, *KEEPERS)
    found = GoldenCase.objects.filter(pk=golden, workspace=member.workspace_id).first()
    if found is None:
        raise Http404("no such case")
    try:
        keeping.let_go(golden=found, actor=access.actor(request), now=timezone.now())
    except keeping.AlreadyLetGo:
        messages.info(request, "It was let go before.")
    else:
        messages.success(request, "Let go. What was said of it stays on record.")
    return SeeOther(reverse("golden-set", args=[workspace, found.workflow]))
