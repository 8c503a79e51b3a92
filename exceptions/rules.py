"""Rules: which class a failure is of, and whose. The first that matches wins; where none does, its class."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from approvals.models import Proposal, Workspace
from exceptions import catalogue
from exceptions.models import FailureClass, Rule, Team

MOST = 200  # in a workspace
ANY = "*"
BY_CLASS = "class"


@dataclass
class Facts:
    """What is known of a failure when somebody must own it."""

    code: str
    message: str = ""
    connector: str = ""
    operation: str = ""
    field: str = ""
    currency: str = ""
    amount: Decimal | None = None
    proposal: Proposal | None = None
    more: Mapping[str, Any] | None = None

    @cached_property
    def agent(self) -> str:
        """Whose failure it is, looked up only where a rule asks."""
        return self.proposal.agent.name if self.proposal else str((self.more or {}).get("agent", ""))


@dataclass(frozen=True)
class Routed:
    """Where a failure goes. ``source`` says who decided: ``class``, or ``rule:<id>@<version>``."""

    failure_class: FailureClass
    owner: Team
    source: str = BY_CLASS
    rule: Rule | None = None


def route(workspace: Workspace, facts: Facts) -> Routed:
    """The class and the owner of one failure."""
    return route_many([(workspace, facts)])[0]


def route_many(told: Sequence[tuple[Workspace, Facts]]) -> list[Routed]:
    """The class and the owner of each failure, in two queries. Nothing is without: classes end with *unclassified*."""
    known = of_many({workspace.pk for workspace, _ in told})
    chosen = [first(known.get(workspace.pk, ()), facts) for workspace, facts in told]
    codes = [(workspace, code_of(rule, facts)) for rule, (workspace, facts) in zip(chosen, told, strict=True)]
    classes = catalogue.classes_for(set(codes))
    return [
        decided(rule, classes[workspace.pk, code])
        for rule, (workspace, code) in zip(chosen, codes, strict=True)
    ]


def code_of(rule: Rule | None, facts: Facts) -> str:
    """The code of the class that it is: what the rule gives, or what was reported."""
    return rule.failure_class.code if rule and rule.failure_class else facts.code


def decided(rule: Rule | None, known: FailureClass) -> Routed:
    """What the rule makes of a failure that is of that class by `code_of`."""
    if rule is None:
        return Routed(known, known.owner)
    return Routed(known, rule.owner or known.owner, f"rule:{rule.pk}@{rule.version}", rule)


def of(workspace_id: int) -> list[Rule]:
    """The workspace's rules in their order, the teams and the codes they give with them."""
    return of_many({workspace_id}).get(workspace_id, [])


def of_many(workspaces: Collection[int]) -> dict[int, list[Rule]]:
    """The rules of several workspaces. One query."""
    rows = Rule.objects.filter(workspace__in=workspaces).select_related("failure_class", "owner")
    found: dict[int, list[Rule]] = {}
    for row in rows.defer("failure_class__runbook").order_by("workspace", "position"):
        found.setdefault(row.workspace_id, []).append(row)
    return {pk: rules[:MOST] for pk, rules in found.items()}


def first(rules: Iterable[Rule], facts: Facts) -> Rule | None:
    """The first that matches."""
    return next((rule for rule in rules if matches(rule, facts)), None)


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether everything the rule says is true of the failure."""
    return (
        _like(rule.code, facts.code)
        and _like(rule.operation, facts.operation)
        and rule.connector in ("", facts.connector)
        and rule.field in ("", facts.field)
        and rule.currency in ("", facts.currency)
        and rule.message.casefold() in facts.message.casefold()
        and (rule.amount_from is None or _at_least(rule.amount_from, facts.amount))
        and (not rule.agent or rule.agent == facts.agent)
    )


def _at_least(least: Decimal, amount: Decimal | None) -> bool:
    return amount is not None and abs(amount) >= least


def _like(pattern: str, text: str) -> bool:
    """The star stands for any ending, and only as the last character: elsewhere it is a star."""
    if pattern.endswith(ANY):
        return text.startswith(pattern.removesuffix(ANY))
    return pattern in ("", text)


def matchers(rule: Rule) -> Sequence[tuple[str, str]]:
    """What the rule asks for, label and value; empty when it matches everything."""
    amount = f"{rule.amount_from} {rule.currency}".strip() if rule.amount_from is not None else ""
    said = [
        ("code", rule.code), ("connector", rule.connector), ("tool", rule.operation), ("agent", rule.agent),
        ("field", rule.field), ("message has", rule.message), ("amount from", amount),
        ("currency", "" if amount else rule.currency),
    ]  # fmt: skip
    return [(label, value) for label, value in said if value]
