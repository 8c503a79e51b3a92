"""Changing the rules: added, changed, moved, taken away. The whole list has versions, for its order counts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import registry, revisions, rules
from exceptions.models import Rule

KIND, KEY = "rules", "all"
ASKS = ("code", "connector", "operation", "agent", "field", "message", "currency", "amount_from")
Told = dict[str, Any]


class StaleRules(LookupError):
    """Somebody changed the rules meanwhile. Read them again."""


class TooManyRules(ValueError):
    """A workspace has at most `rules.MOST` of them: nobody reads more from the top."""


def version(workspace_id: int) -> int:
    """How often the rules were changed."""
    return revisions.latest(workspace_id, KIND, KEY)


def put(
    *, rule: Rule, place: int, seen_version: int, member: Membership, actor: Actor, now: datetime
) -> Rule:
    """Keep a rule, new or changed, as the one in that place (from 1). Raises `registry.NotYourRegistry`, `StaleRules`,
    `TooManyRules`.
    """

    def act() -> None:
        if rule.pk is None and len(others) >= rules.MOST:
            raise TooManyRules(str(rules.MOST))
        rule.version = rule.version + 1 if rule.pk else 1
        rule.position = 0  # until it is put in its place
        rule.save()
        _order([*others[: place - 1], rule, *others[place - 1 :]])

    rule.workspace_id = member.workspace_id
    others = [row for row in in_order(member.workspace_id) if row.pk != rule.pk]
    _change(member, seen_version, actor, now, act)
    return rule


def move(
    *, rule: Rule, place: int, seen_version: int, member: Membership, actor: Actor, now: datetime
) -> None:
    """Put a rule in another place; what it says stays. Raises `registry.NotYourRegistry`, `StaleRules`."""
    others = [row for row in in_order(member.workspace_id) if row.pk != rule.pk]
    place = min(max(place, 1), len(others) + 1)
    _change(
        member, seen_version, actor, now,
        lambda: _order([*others[: place - 1], rule, *others[place - 1 :]]),
    )  # fmt: skip


def remove(*, rule: Rule, seen_version: int, member: Membership, actor: Actor, now: datetime) -> None:
    """Take a rule away. Cases that it gave an owner keep them. Raises `registry.NotYourRegistry`, `StaleRules`."""

    def act() -> None:
        rule.delete()
        _order(in_order(member.workspace_id))

    _change(member, seen_version, actor, now, act)


def replace(
    *, wanted: list[Rule], seen_version: int, member: Membership, actor: Actor, now: datetime
) -> None:
    """These rules instead of all others. Raises `registry.NotYourRegistry`, `StaleRules`, `TooManyRules`."""
    if len(wanted) > rules.MOST:
        raise TooManyRules(str(rules.MOST))

    def act() -> None:
        Rule.objects.filter(workspace_id=member.workspace_id).delete()
        for place, rule in enumerate(wanted, start=1):
            rule.workspace_id, rule.position = member.workspace_id, place
        Rule.objects.bulk_create(wanted)

    _change(member, seen_version, actor, now, act)


def in_order(workspace_id: int) -> list[Rule]:
    """The rules from the top."""
    return rules.of(workspace_id)


def told(rule: Rule) -> Told:
    """A rule as a file says it: names instead of ids, and nothing that it does not ask."""
    asks = {name: getattr(rule, name) for name in ASKS if getattr(rule, name) not in ("", None)}
    if "amount_from" in asks:
        asks["amount_from"] = f"{asks['amount_from']:.2f}"
    gives = {
        "class": rule.failure_class.code if rule.failure_class else None,
        "owner": rule.owner.name if rule.owner else None,
    }
    return {"name": rule.name, "when": asks} | {name: value for name, value in gives.items() if value}


def words(content: revisions.Content) -> dict[str, str]:
    """A version of the rules as label and value, a line a rule."""
    return {f"Rule {number}": sentence(rule) for number, rule in enumerate(content.get("rules", []), start=1)}


def sentence(rule: Told) -> str:
    """One rule in words."""
    asks = " and ".join(f"{name.replace('_', ' ')} {value}" for name, value in rule["when"].items())
    return f"{rule['name']}: {asks or 'anything'} goes to {', '.join(gives(rule))}"


def gives(rule: Told) -> list[str]:
    return [str(rule[name]) for name in ("class", "owner") if rule.get(name)]


def _order(rows: list[Rule]) -> None:
    for place, row in enumerate(rows, start=1):
        row.position = place
    Rule.objects.bulk_update(rows, ["position"])


def _change(
    member: Membership, seen_version: int, actor: Actor, now: datetime, act: Callable[[], None]
) -> None:
    """Do it, and keep what came of it as the next version: whoever comes second sees that they did."""
    workspace = member.workspace_id
    registry.of_admin(member, workspace)
    with transaction.atomic():
        if version(workspace) != seen_version:
            raise StaleRules(str(seen_version))
        act()
        content = {"rules": [told(row) for row in in_order(workspace)]}
        try:
            revisions.keep(
                workspace_id=workspace, kind=KIND, key=KEY, version=seen_version + 1, content=content,
                by=member.user_id, now=now,
            )  # fmt: skip
        except revisions.StaleVersion as error:
            raise StaleRules(str(seen_version)) from error
        ledger.append(
            workspace_id=workspace, kind="rules.changed", actor=actor, at=now,
            data={"version": seen_version + 1, "rules": len(content["rules"])},
        )  # fmt: skip
