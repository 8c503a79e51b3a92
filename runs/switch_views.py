"""Switches and breakers: what stands still and since when, for everybody; pulled and opened by those who may."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, rail, switches, tools, wording
from approvals.administering import settings_access, settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models import Agent, Membership
from approvals.models.workspace import Role
from approvals.visible import plain
from runs import breaker_terms, breakers, standstill
from runs.models import Breaker
from runs.models.breaker import BreakerState

MOST = 500
HANDS = (Role.ADMIN, Role.OPS_OWNER)


@require_safe
@never_cache
def switch_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """What may be stopped here, and what is."""
    member = access.member(request, workspace)
    now = timezone.now()
    stops = standstill.of_workspace(member.workspace_id)
    context = rail.around(member, now) | {
        "lines": _lines(member, stops),
        "breakers": _breakers(member),
        "stops": stops,
        "pulls": member.may(Role.ADMIN),
        "sets": member.may(Role.ADMIN, Role.AUDITOR),
        "handles": member.may(*HANDS),
    }
    return render(request, "runs/switches.html", context)


def _lines(member: Membership, stops: list[standstill.Stop]) -> list[dict[str, object]]:
    """The workspace, its agents and its tools, each with the switch that is pulled, or None."""
    pulled = {(stop.what, stop.key): stop for stop in stops}
    agents = Agent.objects.filter(workspace_id=member.workspace_id).order_by("name")[:MOST]
    found = [("workspace", "", member.workspace.name)]
    found += [("agent", agent.id.hex, agent.name) for agent in agents]
    found += [("tool", tool.name, tool.title) for tool in tools.of_workspace(member.workspace)]
    return [
        {"what": what, "key": key, "name": name, "stop": pulled.get((what, key))} for what, key, name in found
    ]


def _breakers(member: Membership) -> list[dict[str, object]]:
    known = {row.tool: row for row in Breaker.objects.filter(workspace_id=member.workspace_id)}
    house = member.workspace_id
    names = [tool.name for tool in tools.of_workspace(member.workspace)]
    terms = breaker_terms.of([(house, name) for name in names])
    return [
        {"tool": name, "title": wording.tool_title(name), "row": known.get(name),
         "open": name in known and known[name].state != BreakerState.CLOSED, "terms": _in_words(terms[house, name])}
        for name in names
    ]  # fmt: skip


def _in_words(terms: breaker_terms.Terms) -> str:
    failures = wording.counted(terms.failures, "failure")
    return f"opens after {failures} within {wording.spell(terms.window)}, for {wording.spell(terms.pause)}"


@require_POST
def pull(request: HttpRequest, workspace: str) -> HttpResponse:
    """Stop what the form names, at once."""
    said = "{} is stopped: nothing of it is written.", "{} was stopped already."
    member = settings_page.admin(request, workspace)
    return _turn(request, member, lambda **given: switches.pull(by=member.user_id, **given), said)


@require_POST
def release(request: HttpRequest, workspace: str) -> HttpResponse:
    """What waited goes on, its clocks from where they stood."""
    said = "{} is released: what waited goes on, with the time that was left.", "{} was not stopped."
    return _turn(request, settings_page.admin(request, workspace), switches.release, said)


def _turn(
    request: HttpRequest, member: Membership, turn: Callable[..., None], said: tuple[str, str]
) -> HttpResponse:
    of, name = _named(request, member)
    try:
        turn(of=of, actor=access.actor(request), now=timezone.now())
    except (switches.AlreadyPulled, switches.AlreadyReleased):
        messages.info(request, said[1].format(plain(name)))
    else:
        messages.success(request, said[0].format(plain(name)))
    return SeeOther(reverse("switches", args=[member.workspace.slug]))


def _named(request: HttpRequest, member: Membership) -> tuple[switches.Switched, str]:
    """What the form speaks of. Raises `Http404` for anything that is not of this workspace."""
    what, key = request.POST.get("what", ""), request.POST.get("key", "")
    if what == "workspace" and not key:
        return member.workspace, member.workspace.name
    if what == "agent":
        agent = settings_access.agent(member, f"agent_{key}")
        return agent, agent.name
    if what == "tool":
        tool = _tool(member, key)
        return switches.OfTool(member.workspace, tool.name), tool.title
    raise Http404("no such switch")


def _tool(member: Membership, name: str) -> tools.Tool:
    found = next((tool for tool in tools.of_workspace(member.workspace) if tool.name == name), None)
    if found is None:
        raise Http404("no such tool")
    return found


@require_POST
def open_breaker(request: HttpRequest, workspace: str) -> HttpResponse:
    """Cut a tool off until somebody closes its breaker."""
    member, tool = _hand(request, workspace)
    try:
        breakers.open_by_hand(
            workspace=member.workspace, tool=tool.name, by=member.user.get_username(),
            actor=access.actor(request), now=timezone.now(),
        )  # fmt: skip
    except breakers.AlreadyOpen:
        messages.info(request, f"{tool.title} was cut off by hand already.")
    else:
        messages.success(request, f"{tool.title} is cut off until its breaker is closed by hand.")
    return SeeOther(reverse("switches", args=[workspace]))


@require_POST
def close_breaker(request: HttpRequest, workspace: str) -> HttpResponse:
    """The cause is mended: everything passes again."""
    member, tool = _hand(request, workspace)
    try:
        breakers.close_by_hand(
            workspace=member.workspace, tool=tool.name, actor=access.actor(request), now=timezone.now()
        )
    except breakers.AlreadyClosed:
        messages.info(request, f"{tool.title} was not cut off.")
    else:
        messages.success(request, f"{tool.title} is written again.")
    return SeeOther(reverse("switches", args=[workspace]))


def _hand(request: HttpRequest, workspace: str) -> tuple[Membership, tools.Tool]:
    member = access.member(request, workspace)
    if not member.may(*HANDS):
        raise PermissionDenied("breakers are opened and closed by admins and ops owners")
    return member, _tool(member, request.POST.get("tool", ""))
