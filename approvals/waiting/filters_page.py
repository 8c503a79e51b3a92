"""The filters as a page shows them: what is on, each with a way to take it off, and what there is to choose from."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from approvals import ids, wording
from approvals.models import Agent, Lane, Membership
from approvals.visible import plain
from approvals.waiting import offers, saved_views, view_tabs
from approvals.waiting.filters import DUE, GATES, RANKS, Filters
from approvals.waiting.places import VIEWS, Place

LOOKED_AT = 1_000  # rows whose workflows and currencies are offered for choice
RISKS = {risk: f"{risk.capitalize()} risk" for risk in RANKS}
NONE: dict[str, Any] = {
    "tool": "", "agent": "", "risk": "", "due": "", "gate": "", "workflow": "", "two": False, "again": False,
}  # fmt: skip


def chips(place: Place, member: Membership) -> list[dict[str, str]]:
    """One for each condition that is on, with the address that takes it off."""
    slug, on = member.workspace.slug, place.filters
    found = [
        {"label": label, "url": replace(place, filters=replace(on, **off), after="").url("review", slug)}
        for label, off in _conditions(on, member)
    ]
    if place.search:
        without = replace(place, search="", after="").url("review", slug)
        found.insert(0, {"label": f"“{plain(place.search)}”", "url": without})
    return found


def _conditions(on: Filters, member: Membership) -> list[tuple[str, dict[str, Any]]]:
    words = {
        "tool": wording.short_title(on.tool),
        "agent": f"By {_agent(on.agent, member)}" if on.agent else "",
        "risk": RISKS.get(on.risk, ""),
        "due": DUE.get(on.due, ""),
        "gate": GATES.get(on.gate, ""),
        "workflow": f"Workflow {plain(on.workflow)}",
        "two": "Two signatures",
        "again": "Asked again",
    }
    found = [(words[name], {name: off}) for name, off in NONE.items() if getattr(on, name)]
    money = _money(on)
    return [*found, (money, {"least": None, "most": None, "currency": ""})] if money else found


def _money(on: Filters) -> str:
    """ "EUR from 10 up to 20"; without a currency it says that any will do."""
    bounds = [
        f"{word} {wording.money(amount)}"
        for word, amount in (("from", on.least), ("up to", on.most))
        if amount is not None
    ]
    if on.currency:
        return " ".join([on.currency, *bounds])
    return " ".join(["Amount", *bounds, "in any currency"]) if bounds else ""


def _agent(public_id: str, member: Membership) -> str:
    """What people call an agent of the workspace; another's has no name here."""
    own = Agent.objects.filter(pk=ids.read("agent", public_id), workspace_id=member.workspace_id)
    return plain(own.values_list("name", flat=True).first() or "an unknown agent")


def panel(member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """What there is to choose from, and the member's saved views to keep in order."""
    lanes = Lane.objects.filter(workspace_id=member.workspace_id)
    known = list(lanes.values_list("tool", "agent_id", "agent__name").distinct())
    near = offers.waiting(member, now).order_by(*offers.ORDERS[offers.DEADLINE])
    seen = set(near.values_list("workflow", "currency")[:LOOKED_AT])
    on = place.filters
    tools = {tool for tool, _, _ in known} | {on.tool}
    agents = {(plain(name), ids.show("agent", pk)) for _, pk, name in known}
    return {
        "views": [(name, label) for name, label in VIEWS.items() if name in view_tabs.open_to(member)],
        "tools": [(tool, wording.short_title(tool)) for tool in sorted(filter(None, tools))],
        "agents": [(public_id, name) for name, public_id in sorted(agents)],
        "risks": list(RISKS.items()),
        "dues": list(DUE.items()),
        "gates": list(GATES.items()),
        "workflows": sorted({plain(name) for name, _ in seen if name}),
        "currencies": sorted({currency for _, currency in seen if currency} | ({on.currency} - {""})),
        "saved": view_tabs.saved(member, place, now),
        "may_keep": member.may(*saved_views.KEEPERS),
        "kept": list(place.query().items()),
        "whole_url": place.plain().url("review", member.workspace.slug),
    }
