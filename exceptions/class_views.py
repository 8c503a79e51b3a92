"""Who owns which kind of failure: the registry, and the form in which admins change it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from approvals import access, rail, wording
from approvals.models.workspace import Role
from exceptions import access as own
from exceptions import prose, registry, sheet
from exceptions.forms import ClassForm
from exceptions.models import FailureClass


@require_safe
def class_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every kind of failure with its owner, backup and clocks."""
    member, now = access.member(request, workspace), timezone.now()
    rows = (
        FailureClass.objects.filter(workspace_id=member.workspace_id)
        .select_related("owner", "backup")
        .defer("runbook")
        .order_by("code")[:500]
    )
    classes = [
        {
            "row": row,
            "kind": sheet.KINDS.get(row.kind, row.kind),  # type: ignore[call-overload]
            "acknowledge": wording.spell(row.acknowledge_within),
            "resolve": wording.spell(row.resolve_within),
        }
        for row in rows
    ]
    context = rail.around(member, now) | {"classes": classes}
    return render(request, "exceptions/classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def class_page(request: HttpRequest, workspace: str, code: str) -> HttpResponse:
    """One class: what it means and what to do, and for admins the form."""
    roles = (Role.ADMIN,) if request.method == "POST" else ()
    member = access.member(request, workspace, *roles)
    found, now = own.failure_class(member, code), timezone.now()
    form = ClassForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            registry.change(
                failure_class=found, seen_version=form.cleaned_data["version"], terms=form.terms(), member=member,
                actor=access.actor(request), now=now,
            )  # fmt: skip
        except registry.StaleClass:
            form.add_error(None, "Somebody changed this class meanwhile. Open it again to see how.")
        else:
            messages.success(request, f"{found.title}: changed. Open cases keep their owner and plan.")
            return redirect("failure-classes", workspace)
    context = rail.around(member, now) | {
        "known": found,
        "kind": sheet.KINDS.get(found.kind, found.kind),  # type: ignore[call-overload]
        "acknowledge": wording.spell(found.acknowledge_within),
        "resolve": wording.spell(found.resolve_within),
        "form": form if member.may(Role.ADMIN) else None,
        "runbook": prose.render(found.runbook),
    }
    return render(request, "exceptions/class.html", context, status=422 if form.is_bound else 200)
