"""Rules: the list in its order, a form for one, a failure to try them on, and what a change would move."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import access, tools
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import access as own
from exceptions import catalogue, registry_page, rerouting, revisions, rules, ruling
from exceptions.models import FailureClass, Rule
from exceptions.rule_forms import RuleForm, TryForm

TAB = "rules"
STALE = "Somebody changed the rules meanwhile. What holds now is shown; nothing was changed by you."


@require_safe
def rule_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every rule from the top, and beside it a failure to try them on."""
    return _list(request, access.member(request, workspace), TryForm(label_suffix="", auto_id="try-%s"))


@require_POST
def rule_try(request: HttpRequest, workspace: str) -> HttpResponse:
    """Which rule would take a failure, which class it would be, and whose. Nothing is kept."""
    member = access.member(request, workspace)
    form = TryForm(request.POST, label_suffix="", auto_id="try-%s")
    routed = rules.route(member.workspace, form.facts()) if form.is_valid() else None
    return _list(request, member, form, routed=routed)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """One more rule."""
    return _edit(request, access.member(request, workspace, Role.ADMIN), None)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest, workspace: str, rule: int) -> HttpResponse:
    """What a rule says, to be changed."""
    member = access.member(request, workspace, Role.ADMIN)
    return _edit(request, member, own.rule(member, rule))


@require_POST
def rule_move(request: HttpRequest, workspace: str, rule: int) -> HttpResponse:
    """One place up or down. The focus stays on the button that was pressed."""
    member = access.member(request, workspace, Role.ADMIN)
    found, way = own.rule(member, rule), "up" if request.POST.get("to") == "up" else "down"
    try:
        ruling.move(
            rule=found, place=found.position + (1 if way == "down" else -1), seen_version=_seen(request),
            member=member, actor=access.actor(request), now=timezone.now(),
        )  # fmt: skip
    except ruling.StaleRules:
        messages.warning(request, STALE)
    return redirect(f"{reverse(TAB, args=[workspace])}#{way}-{found.pk}")


@require_POST
def rule_remove(request: HttpRequest, workspace: str, rule: int) -> HttpResponse:
    """Take a rule away."""
    member = access.member(request, workspace, Role.ADMIN)
    found = own.rule(member, rule)
    try:
        ruling.remove(
            rule=found,
            seen_version=_seen(request),
            member=member,
            actor=access.actor(request),
            now=timezone.now(),
        )
    except ruling.StaleRules:
        messages.warning(request, STALE)
    else:
        messages.success(request, f"“{found.name}” holds no longer. Its cases keep their owners.")
    return redirect(TAB, workspace)


def _edit(request: HttpRequest, member: Membership, rule: Rule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, workspace_id=member.workspace_id, rule=rule)
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        wanted, place = form.wanted(), form.cleaned_data["place"]
        if request.POST.get("act") == "look":
            more = _trial(member, wanted, place)
        else:
            try:
                ruling.put(
                    rule=wanted, place=place, seen_version=form.cleaned_data["seen"], member=member,
                    actor=access.actor(request), now=timezone.now(),
                )  # fmt: skip
            except ruling.StaleRules:
                form.add_error(
                    None, "Somebody changed the rules meanwhile. Open this page again to see them."
                )
            except ruling.TooManyRules:
                form.add_error(None, f"There are {rules.MOST} rules, and nobody reads more from the top.")
            else:
                messages.success(request, f"“{wanted.name}” holds for every new case from now on.")
                return redirect(TAB, member.workspace.slug)
    context = _offers(member) | {"form": form, "rule": rule} | more
    return registry_page.show(request, member, TAB, "rule", context, code=422 if form.errors else 200)


def _trial(member: Membership, wanted: Rule, place: int) -> dict[str, Any]:
    """The cases that would lie elsewhere, with the rule in its place and without."""
    others = [row for row in ruling.in_order(member.workspace_id) if row.pk != wanted.pk]
    moves = rerouting.moves(member.workspace, by=[*others[: place - 1], wanted, *others[place - 1 :]])
    return {"tried": True, "moves": moves.found, "moves_more": moves.more}


def _list(
    request: HttpRequest, member: Membership, form: TryForm, *, routed: rules.Routed | None = None
) -> HttpResponse:
    listed = ruling.in_order(member.workspace_id)
    context = _offers(member) | {
        "lines": [{"rule": rule, "asks": rules.matchers(rule)} for rule in listed],
        "seen": ruling.version(member.workspace_id),
        "form": form,
        "routed": routed,
        "versions": revisions.history(member.workspace_id, ruling.KIND, ruling.KEY, ruling.words),
    }
    return registry_page.show(request, member, TAB, "rules", context, code=422 if form.errors else 200)


def _offers(member: Membership) -> dict[str, Any]:
    """What may be typed, offered while typing."""
    codes = FailureClass.objects.filter(workspace_id=member.workspace_id).values_list("code", flat=True)
    return {
        "codes": sorted({*codes, *catalogue.SHIPPED}),
        "tools": [tool.name for tool in tools.of_workspace(member.workspace)],
    }


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
