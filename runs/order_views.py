"""Undoing many: choose, look at exactly what that would be, confirm, and follow how far it is."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, ids, rail
from approvals.models import Agent, Membership
from approvals.models.workspace import Role
from runs import reversal_orders, reversal_preview
from runs.models import ReversalOrder
from runs.order_forms import ReasonForm, ScopeForm

READERS = (Role.OPS_OWNER, Role.ADMIN, Role.AUDITOR)
SHOWN = 100


@require_safe
@never_cache
def undo(request: HttpRequest, workspace: str) -> HttpResponse:
    """What has been ordered, and what a new order would undo. Looking changes nothing."""
    member = access.member(request, workspace, *READERS)
    asked = bool(request.GET)
    form = ScopeForm(request.GET if asked else None, member=member)
    preview = None
    if asked and form.is_valid():
        preview = reversal_preview.look(workspace=member.workspace, scope=form.scope(), now=timezone.now())
    return _page(request, member, form, preview)


@require_POST
def place(request: HttpRequest, workspace: str) -> HttpResponse:
    """Order it: a worker asks for one reversal after another, and somebody else signs them."""
    member = access.member(request, workspace, Role.OPS_OWNER, Role.ADMIN)
    form, confirmed = ScopeForm(request.POST, member=member), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, member, form, None, code=422)
    scope, now = form.scope(), timezone.now()
    if not confirmed.is_valid():
        found = reversal_preview.look(workspace=member.workspace, scope=scope, now=now)
        return _page(request, member, form, found, confirmed, code=422)
    told = confirmed.cleaned_data
    try:
        order = reversal_orders.place(
            member=member, key=told["key"], seen=told["seen"], scope=scope, reason=told["reason"],
            actor=access.actor(request), now=now, wrong=told["wrong"],
        )  # fmt: skip
    except reversal_orders.PreviewChanged as error:
        messages.error(
            request, "It changed while you looked. This is how it stands now; nothing was ordered."
        )
        return _page(request, member, form, error.preview, confirmed, code=409)
    except reversal_orders.NothingToUndo:
        messages.error(request, "Nothing of this can be undone.")
        return redirect("undo", workspace)
    messages.success(request, "Ordered. Each is asked for now; somebody else must sign before it is undone.")
    return redirect("undo-order", workspace, order.public_id)


@require_safe
@never_cache
def order(request: HttpRequest, workspace: str, order: str) -> HttpResponse:
    """How far one order is."""
    member = access.member(request, workspace, *READERS)
    row = (
        ReversalOrder.objects.select_related("made_by")
        .filter(pk=access.identifier("order", order), workspace_id=member.workspace_id)
        .first()
    )
    if row is None:
        raise Http404("no such order")
    counts, lines = reversal_orders.told(row)
    agents = {line["execution"].proposal.agent_id for line in lines}
    first = next((line for line in lines if line["state"] == "pending"), None)
    context: dict[str, Any] = rail.around(member, timezone.now()) | {
        "order": row,
        "figures": [{"label": name, "value": counts[name]}
                    for name in ("writes", "asked", "decided", "reversed", "failed", "left out")],
        "lines": lines,
        "agents": _switches(member, agents),
        "first": first["id"] if first else "",
    }  # fmt: skip
    return render(request, "runs/order.html", context)


def _switches(member: Membership, agents: set[Any]) -> list[dict[str, Any]]:
    """The agents that wrote what is undone; an admin can stop them from here."""
    rows = Agent.objects.filter(pk__in=agents, workspace_id=member.workspace_id).order_by("name")
    may = member.may(Role.ADMIN)
    return [
        {
            "name": row.name,
            "id": ids.show("agent", row.id),
            "paused_at": row.paused_at,
            "may_pause": may and not row.paused_at,
        }
        for row in rows
    ]


def _page(
    request: HttpRequest, member: Membership, form: ScopeForm, preview: reversal_preview.Preview | None,
    confirmed: ReasonForm | None = None, code: int = 200,
) -> HttpResponse:  # fmt: skip
    orders = ReversalOrder.objects.filter(workspace_id=member.workspace_id).select_related("made_by")
    context: dict[str, Any] = rail.around(member, timezone.now()) | {
        "form": form,
        "confirmed": confirmed or ReasonForm(),
        "preview": preview,
        "key": uuid4().hex,
        "acts": member.may(Role.OPS_OWNER, Role.ADMIN),
        "orders": orders.order_by("-created_at")[:20],
    }
    if preview is not None:
        context |= {
            "shown": preview.lines[:SHOWN],
            "hidden": max(len(preview.lines) - SHOWN, 0),
            "left_out": preview.left_out[:SHOWN],
            "agents": _switches(member, {row.proposal.agent_id for row in preview.lines}),
        }
    return render(request, "runs/undo.html", context, status=code)
