"""Audits: what waits, and one to be judged. After a verdict comes the next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.answering.review_pages import SeeOther
from approvals.lanes import audits
from approvals.models import LaneAudit, Membership
from approvals.models.workspace import Role
from exceptions.lanes import access as lanes_access
from exceptions.lanes import audit_page, judging

LONGEST_NOTE = 500


@require_safe
@never_cache
def audit_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """What has passed by itself and waits to be looked at again."""
    member = access.member(request, workspace)
    return render(request, "lanes/audits.html", audit_page.waiting(member, timezone.now()))


@require_safe
@never_cache
def audit(request: HttpRequest, workspace: str, audit: str) -> HttpResponse:
    """One of them."""
    member = access.member(request, workspace)
    found = lanes_access.audit(member, audit)
    return render(request, "lanes/audit.html", audit_page.read(found, member, timezone.now()))


@require_POST
def judge(request: HttpRequest, workspace: str, audit: str) -> HttpResponse:
    """Right, or wrong and why."""
    member = access.member(request, workspace, Role.REVIEWER)
    found, verdict = lanes_access.audit(member, audit), request.POST.get("verdict", "")
    if verdict not in ("right", "wrong"):
        messages.error(request, "Say whether it was right or wrong.")
        return SeeOther(reverse("audit", args=[workspace, audit]))
    try:
        case = judging.judge(
            audit=found, member=member, wrong=verdict == "wrong", reason_code=request.POST.get("reason_code", ""),
            note=request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE], actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except audits.MissingReason:
        messages.error(request, "Say what was wrong with it.")
        return SeeOther(reverse("audit", args=[workspace, audit]))
    except audits.NotYours:
        messages.warning(request, "Policy names others as the reviewers of this.")
    except audits.AlreadyJudged:
        messages.info(request, "Somebody was quicker: it has its verdict.")
    else:
        said = f"Recorded as wrong. {case.owner.name} has its case." if case else "Recorded as right."
        messages.success(request, said)
    return SeeOther(_next(member, workspace))


def _next(member: Membership, workspace: str) -> str:
    """The audit that runs out next, or the list when nothing waits."""
    rows = LaneAudit.objects.filter(workspace_id=member.workspace_id, judged_at__isnull=True)
    for row in rows.select_related("proposal__policy").order_by("due_at")[: audit_page.SHOWN]:
        if audits.may_judge(row, member):
            return reverse("audit", args=[workspace, row.proposal.public_id])
    return reverse("audits", args=[workspace])
