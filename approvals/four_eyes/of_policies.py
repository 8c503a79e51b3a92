"""Policies that become looser."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from approvals import policies, wording
from approvals.actors import Actor
from approvals.administering import policy_words
from approvals.four_eyes.drafts import Draft, differences
from approvals.models import Policy, Workspace

POLICY = "policy"
# nothing stands for no limit
_LIMITS = ("ask_above", "second_above", "block_above", "spend_per_day", "rate_per_hour", "oldest_days")
_LOOSER_ABOVE = ("future_days", "patience", "breaker_failures")
_LOOSER_BELOW = ("confidence_floor", "quorum", "undo_seconds", "breaker_window", "breaker_pause")


def loosened(policy: Policy, terms: Mapping[str, Any]) -> list[str]:
    """The terms that demand less than the policy does. Amounts in another currency cannot be compared: looser."""
    now = {name: getattr(policy, name) for name in terms}
    found = [name for name in _LIMITS if name in terms and _raised(now[name], terms[name])]
    found += [name for name in _LOOSER_ABOVE if name in terms and terms[name] > now[name]]
    found += [name for name in _LOOSER_BELOW if name in terms and float(terms[name]) < float(now[name])]
    if "currency" in terms and now["currency"] != terms["currency"] and _holds_amounts(policy):
        found.append("currency")
    if "protected" in terms and set(now["protected"]) - set(terms["protected"]):
        found.append("protected")
    if "reviewers" in terms and _more_sign(now["reviewers"], terms["reviewers"]):
        found.append("reviewers")
    if terms.get("working_hours") and not now["working_hours"]:
        found.append("working_hours")  # its patience lasts longer
    return found


def _holds_amounts(policy: Policy) -> bool:
    return any(
        getattr(policy, name) is not None
        for name in ("ask_above", "second_above", "block_above", "spend_per_day")
    )


def _raised(before: Any, after: Any) -> bool:
    return before is not None and (after is None or after > before)


def _more_sign(before: list[int], after: list[int]) -> bool:
    return bool(before) and (not after or bool(set(after) - set(before)))


def widening(*, policy: Policy, terms: Mapping[str, Any], seen: int) -> Draft | None:
    """The draft of a version that loosens the one in force. Raises `policies.StalePolicy`."""
    version = policy.version if policy.pk else 0
    if seen != version:
        raise policies.StalePolicy(f"{policy.tool} has policy {version}")
    if not loosened(policy, terms):
        return None
    after = Policy(workspace=policy.workspace, tool=policy.tool, version=version + 1, **terms)
    people = get_user_model().objects.filter(pk__in=[*policy.reviewers, *after.reviewers])
    names = dict(people.values_list("pk", "username"))
    lines = differences(policy_words.terms(policy, names), policy_words.terms(after, names))
    title = f"Policy of “{wording.tool_title(policy.tool)}”, version {version + 1}"
    return Draft(POLICY, policy.tool, title, {"tool": policy.tool, "terms": dict(terms)}, version, lines)


def policy_standing(workspace: Workspace, payload: dict[str, Any]) -> int:
    newest = policies.newest(workspace=workspace, tool=payload["tool"])
    return newest.version if newest else 0


def set_policy(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    fields = {field.name: field for field in Policy._meta.fields}
    terms = {name: fields[name].to_python(term) for name, term in payload["terms"].items()}
    seen = policy_standing(workspace, payload)
    policies.set_policy(
        workspace=workspace, tool=payload["tool"], actor=actor, now=now, seen_version=seen, created_by_id=by, **terms
    )  # fmt: skip
