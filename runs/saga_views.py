"""Chains of writes: which there are, how far each is, and undoing one as a whole."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, rail
from approvals.models import Membership
from approvals.models.workspace import Role
from runs import saga_steps, saga_waterfall, sagas
from runs.models import Saga
from runs.models.saga import OPEN, State

SHOWN = 60
SENTENCES = {
    State.RUNNING: "Its steps are decided and written one after another.",
    State.SUCCEEDED: "Every step was written.",
    State.COMPENSATING: "A step did not happen or it was called back: what was done is being undone, the last first.",
    State.UNDONE: "Nothing of it stands in the target.",
    State.HALFWAY: "Some of it stands and nothing moves by itself any more. A case owns it.",
}


@require_safe
def saga_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """The newest chains."""
    member = access.member(request, workspace)
    rows = Saga.objects.filter(workspace_id=member.workspace_id).select_related("agent")
    context = rail.around(member, timezone.now()) | {"sagas": rows.order_by("-created_at")[:SHOWN]}
    return render(request, "runs/sagas.html", context)


@require_safe
@never_cache
def saga(request: HttpRequest, workspace: str, saga: str) -> HttpResponse:
    """One chain: every step with what became of it."""
    member = access.member(request, workspace)
    row = _found(member, saga)
    steps, now = saga_steps.stages(row), timezone.now()
    done = [step for step in steps if step.stage == saga_steps.Stage.DONE]
    undoable = row.state not in OPEN and bool(done) and all(step.can_be_undone(now) for step in done)
    context: dict[str, Any] = rail.around(member, now) | {
        "saga": row,
        "sentence": SENTENCES[State(row.state)],
        "steps": saga_waterfall.drawn(row, steps, member.workspace.slug, now),
        "may_undo": undoable and member.may(Role.OPS_OWNER, Role.ADMIN),
    }
    return render(request, "runs/saga.html", context)


@require_POST
def undo(request: HttpRequest, workspace: str, saga: str) -> HttpResponse:
    """Ask for the whole of it to be undone, the last step first; somebody else signs each."""
    member = access.member(request, workspace, Role.OPS_OWNER, Role.ADMIN)
    row = _found(member, saga)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
    try:
        sagas.undo(
            saga=row, member=member, reason=reason, actor=access.actor(request), now=timezone.now(),
            wrong=request.POST.get("wrong") == "1",
        )  # fmt: skip
    except sagas.NotUndoable:
        messages.error(request, "It is under way, nothing of it stands, or a step of it has no way back.")
    else:
        messages.success(
            request, "Proposed, step by step. Somebody else must sign before anything is undone."
        )
    return redirect("saga", workspace, row.public_id)


def _found(member: Membership, public_id: str) -> Saga:
    row = (
        Saga.objects.select_related("workspace", "agent")
        .filter(pk=access.identifier("saga", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if row is None:
        raise Http404("no such saga")
    return row
