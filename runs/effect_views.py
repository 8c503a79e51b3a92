"""What an approval led to, and the button that proposes to undo it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import access, rail, ways_back
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.showing import exhibits
from exceptions import catalogue
from runs import execution as executing
from runs import golden_views, history, limit_reading, reversal, unknowns
from runs.golden import keeping
from runs.models import Execution, Testimony

LONGEST_REASON = 500


@require_safe
def effect(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """The executions of a proposal: a fragment for htmx, a page of its own without."""
    member = access.member(request, workspace)
    asked = access.proposal(member, proposal)
    context: dict[str, Any] = {
        "workspace": member.workspace,
        "proposal": asked,
        "may_keep": member.may(*golden_views.KEEPERS) and keeping.may_be_kept(asked),
        "effects": [_shown(row, member) for row in history.executions_of(asked)],
    }
    if request.headers.get("HX-Request"):
        return render(request, "runs/_effect.html", context)
    return render(request, "runs/effect.html", context | rail.around(member, timezone.now()))


def _shown(row: Execution, member: Membership) -> dict[str, Any]:
    standing = reversal.of(row) if row.state == "succeeded" else None
    way = ways_back.of(row.proposal, timezone.now())
    asks = standing is None and member.may(Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)
    may_reverse = asks and reversal.can_reverse(row)
    return {
        "execution": row,
        "failure": catalogue.TITLES.get(row.failure_class, row.failure_class),
        "waits": limit_reading.waits(row, timezone.now()),
        "after": [
            exhibits.fact(name, value)
            for name, value in sorted((row.after or {}).items())
            if value is not None
        ],
        "reference": (row.receipt or {}).get("reference", ""),
        "reversal": standing,
        "way_back": way if row.state == "succeeded" and standing is None else None,
        "may_reverse": may_reverse and not way.passed,
        "may_open_case": may_reverse and way.passed,
        "may_retry": row.state == "failed" and member.may(Role.OPS_OWNER, Role.ADMIN),
        "testimonies": _testimonies(row),
        "may_reconcile": row.state == "unknown" and member.may(Role.OPS_OWNER, Role.ADMIN),
    }


def _testimonies(row: Execution) -> list[Testimony]:
    """What people have found, while it is in doubt."""
    if row.state != "unknown":
        return []
    return list(Testimony.objects.filter(execution=row).select_related("by").order_by("at"))


@require_http_methods(["GET", "HEAD", "POST"])
def reconcile_execution(request: HttpRequest, workspace: str, execution: str) -> HttpResponse:
    """Somebody has looked in the target and says whether an unknown execution was written."""
    member = access.member(request, workspace, Role.OPS_OWNER, Role.ADMIN)
    row = history.execution(member, execution)
    form = redirect("effect", workspace, row.proposal.public_id)
    if request.method != "POST":
        return form
    verdict = request.POST.get("verdict", "")
    if verdict not in {"written", "not_written"}:
        messages.error(request, "Say whether it was written or not.")
        return form
    try:
        settled = unknowns.reconcile(
            row=row, written=verdict == "written", reference=_typed(request, "reference"),
            reason=_typed(request, "reason"), by=member.user_id, actor=access.actor(request), now=timezone.now(),
        )  # fmt: skip
    except unknowns.MissingAnswer:
        messages.error(request, "Say how you know, and if it was written, under which reference.")
        return form
    except unknowns.AlreadySettled:
        messages.info(request, "It is not unknown: what became of it stands here.")
        return form
    if not settled:
        messages.info(
            request, "Recorded. It is above what one person settles: somebody else must find the same."
        )
        return form
    messages.success(request, "Recorded, under your name.")
    return redirect("proposal", workspace, row.proposal.public_id)


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:LONGEST_REASON]


@require_POST
def retry_execution(request: HttpRequest, workspace: str, execution: str) -> HttpResponse:
    """The cause is gone: try again under the same key."""
    member = access.member(request, workspace, Role.OPS_OWNER, Role.ADMIN)
    row = history.execution(member, execution)
    try:
        executing.retry(execution=row, by=member.user_id, actor=access.actor(request), now=timezone.now())
    except executing.BeingUndone:
        messages.error(
            request, "It is a step of a chain of writes that is being undone, or was: it is not tried again."
        )
    except executing.NotRetriable:
        messages.error(
            request, "It cannot be tried again: it has not failed, or its approval no longer stands."
        )
    else:
        messages.success(request, "It will be tried again now, under the same key.")
    return redirect("proposal", workspace, row.proposal.public_id)


@require_POST
def reverse_execution(request: HttpRequest, workspace: str, execution: str) -> HttpResponse:
    """Propose to undo: nothing happens until somebody else signs."""
    member = access.member(request, workspace, Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)
    row = history.execution(member, execution)
    back = redirect("proposal", workspace, row.proposal.public_id)
    try:
        proposed = reversal.propose(
            execution=row, member=member, reason=_typed(request, "reason"),
            actor=access.actor(request), now=timezone.now(), wrong=request.POST.get("wrong") == "1",
        )  # fmt: skip
    except reversal.PastDeadline:
        messages.error(request, "Its deadline to be undone has passed. Open a case instead.")
        return back
    except reversal.NotReversible:
        messages.error(
            request, "There is nothing to undo: it was not written, or its tool knows no way back."
        )
        return back
    except reversal.AlreadyReversed as error:
        messages.info(request, "Undoing it was proposed before; here it is.")
        return redirect("proposal", workspace, error.proposal.public_id)
    messages.success(request, "Proposed. Somebody else must sign it before anything is undone.")
    return redirect("proposal", workspace, proposed.public_id)


@require_POST
def reverse_by_case(request: HttpRequest, workspace: str, execution: str) -> HttpResponse:
    """Too late for the tool: a case, with an owner and a clock, in which somebody undoes it by hand."""
    member = access.member(request, workspace, Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)
    row = history.execution(member, execution)
    try:
        case = reversal.open_case(
            execution=row, member=member, reason=_typed(request, "reason"), actor=access.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except reversal.AlreadyOwned as error:
        case = error.case
    except reversal.NotReversible:
        messages.error(request, "Its tool can undo it still, or never could: there is nothing to hand over.")
        return redirect("proposal", workspace, row.proposal.public_id)
    messages.success(request, "A case holds it: its owner undoes it by hand.")
    return redirect("case", workspace, case.public_id)
