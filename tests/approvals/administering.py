"""What the tests of settings do over and over: go to a page, press a button, read the record."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from approvals import actors, agents, ids, policies, tools
from approvals.administering import reviewing_terms
from approvals.models import Agent, LedgerEntry, Workspace
from tests.approvals.reviewing import signed_in as signed_in  # for tests of these pages
from tests.people import Company

Action = tuple[str, list[Any], dict[str, Any]]
TERMS: dict[str, Any] = {
    "confidence_floor": "0.9", "quorum": "1", "patience": "72", "undo_seconds": "10", "future_days": "1", "seen": "0",
}  # fmt: skip


def at(name: str, *args: Any, slug: str = "northwind") -> str:
    return reverse(name, args=[slug, *args])


def id_of(agent: Agent) -> str:
    return ids.show("agent", agent.id)


def a_token(agent: Agent, days: int = 30) -> str:
    return agents.issue_token(
        agent=agent, actor=actors.worker("test"), now=timezone.now(), life=timedelta(days=days)
    )


def prefix_of(secret: str) -> str:
    return secret.split("_")[1]


def facts(*kinds: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What the ledger holds of these kinds by people: kind, who, and the codes with it."""
    rows = LedgerEntry.objects.filter(kind__in=kinds, actor_kind="person").order_by("id")
    return list(rows.values_list("kind", "actor", "data"))


def actions(company: Company) -> list[Action]:
    """Everything an admin may press, with its address and a form that would act."""
    bot = company.bot
    lane = policies.lane_of(agent=bot, tool=tools.get("memo.write"), now=timezone.now())
    token = agents.recognise(secret=a_token(bot), now=timezone.now())
    other = company.people.get("maria") or company.people["dana"]
    return [
        ("settings-agent-add", [], {"name": "clerk", "version": "1", "tools": ["memo.write"]}),
        ("settings-agent-change", [id_of(bot)], {"version": "1.0", "tools": ["memo.write"]}),
        ("settings-token-issue", [id_of(bot)], {"days": 30}),
        ("settings-token-revoke", [id_of(bot), token.prefix], {}),
        ("settings-agent-pause", [id_of(bot)], {}),
        ("settings-agent-release", [id_of(bot)], {}),
        ("settings-policy-set", ["memo.write"], TERMS | {"undo_seconds": "20"}),
        ("lane-down", [lane.pk], {"stage": "shadow", "seen": "assisted", "reason": "Not yet"}),
        ("settings-switch-pull", [], {}),
        ("settings-switch-release", [], {}),
        ("settings-person-add", [], {"username": "dana", "roles": ["reviewer"]}),
        ("settings-person-roles", [other.pk], {"roles": ["auditor"]}),
        ("settings-reviewing-set", [], reviewing_terms_of(company)),
    ]


def reviewing_terms_of(company: Company, **changes: Any) -> dict[str, Any]:
    """The form of Settings, Reviewing, as it stands but for these, and one drill in thirty."""
    row = Workspace.objects.get(pk=company.workspace.pk)
    told = {name: getattr(row, name) for name in reviewing_terms.FIELDS} | {"seen": reviewing_terms.mark(row)}
    return told | {"works_from": "09:00", "works_until": "17:30", "drill_every": 30} | changes


def pages(company: Company) -> list[str]:
    """Every page of settings one may look at."""
    slug = company.workspace.slug
    return [
        at("settings", slug=slug), at("settings-agent", id_of(company.bot), slug=slug),
        at("settings-policies", slug=slug), at("settings-policy", "memo.write", slug=slug),
        at("settings-lanes", slug=slug), at("settings-people", slug=slug),
        at("settings-reviewing", slug=slug), at("settings-changes", slug=slug), at("oversight", slug=slug),
    ]  # fmt: skip
