"""Who owns which kind of failure: every one on a page where admins assign owners, and one with all its terms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals import access, wording
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import access as own
from exceptions import (
    class_words,
    owners,
    prose,
    registry,
    registry_page,
    rerouting,
    revisions,
    sheet,
    staffing,
    terms,
)
from exceptions.class_forms import ClassForm
from exceptions.models import FailureClass

TAB = "failure-classes"


@require_http_methods(["GET", "HEAD", "POST"])
def class_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every kind of failure with its owner, backup and clocks; for admins the teams can be chosen here."""
    member = access.member(request, workspace, *_roles(request))
    rows = registry.classes(member.workspace_id)
    teams = staffing.teams(member.workspace_id)
    table = owners.Table(rows, teams, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not table.errors:
        try:
            changed = registry.assign(
                seats=table.seats(), member=member, actor=access.actor(request), now=timezone.now()
            )
        except registry.StaleClass as error:
            for line in table.lines:
                line.error = owners.STALE if line.row.code == str(error) else ""
        else:
            _say(request, len(changed))
            return redirect(TAB, workspace)
    context = {"table": table, "teams": teams, "warnings": staffing.warnings(teams, rows)}
    return registry_page.show(request, member, TAB, "classes", context, code=422 if table.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def class_page(request: HttpRequest, workspace: str, code: str) -> HttpResponse:
    """One class: what it means and what to do, how it came about, and for admins the form."""
    member = access.member(request, workspace, *_roles(request))
    found = own.failure_class(member, code)
    form = ClassForm(found, request.POST if request.method == "POST" else None)
    trial: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "look":
            trial = _trial(found, form)
        else:
            try:
                registry.change(
                    failure_class=found, seen_version=form.cleaned_data["version"], terms=form.terms(), member=member,
                    actor=access.actor(request), now=timezone.now(),
                )  # fmt: skip
            except registry.StaleClass:
                form.add_error(None, "Somebody changed this class meanwhile. Open it again to see how.")
            else:
                messages.success(request, f"{found.title}: changed. Open cases keep their owner and plan.")
                return redirect(TAB, workspace)
    context = _class(member, found, form) | trial
    return registry_page.show(request, member, TAB, "class", context, code=422 if form.errors else 200)


def _roles(request: HttpRequest) -> tuple[str, ...]:
    return (Role.ADMIN,) if request.method == "POST" else ()


def _say(request: HttpRequest, changed: int) -> None:
    if changed:
        kinds = wording.counted(changed, "kind", "kinds")
        messages.success(request, f"Owners of {kinds} of failure changed. Open cases keep theirs.")
    else:
        messages.info(request, "Nothing was changed.")


def _class(member: Membership, found: FailureClass, form: ClassForm) -> dict[str, Any]:
    said = class_words.of(terms.told(terms.of(found)))
    return {
        "known": found,
        "kind": sheet.KINDS.get(found.kind, found.kind),  # type: ignore[call-overload]
        "facts": [{"label": label, "value": value} for label, value in said.items() if label != "Runbook"],
        "form": form if member.may(Role.ADMIN) else None,
        "runbook": prose.render(found.runbook),
        "versions": revisions.history(member.workspace_id, "class", found.code, class_words.of),
        "warnings": staffing.warnings(staffing.teams(member.workspace_id), [found]),
    }


def _trial(found: FailureClass, form: ClassForm) -> dict[str, Any]:
    """What saving would change, and which open cases would be somebody else's by it."""
    wanted = form.terms()
    before, after = (class_words.of(terms.told(said)) for said in (terms.of(found), wanted))
    moves = rerouting.moves(found.workspace, owners={found.pk: wanted.owner})
    return {
        "tried": True,
        "changes": revisions.differences(before, after),
        "moves": [move for move in moves.found if move.to.failure_class == found],
        "moves_more": moves.more,
    }
