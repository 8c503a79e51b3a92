"""A class's terms in words, for the page, for its history and for the preview of a file."""

from collections.abc import Mapping
from typing import Any

from approvals import wording
from exceptions.models.failure_class import Handling, Kind, Severity
from exceptions.terms import WAYS

HANDLINGS = {value: str(label).partition(":")[0] for value, label in Handling.choices}
LONGEST_RUNBOOK = 400


def of(content: Mapping[str, Any]) -> dict[str, str]:
    """Label and value of every term that `exceptions.terms.told` names."""
    runbook = "\n".join(content.get("runbook", []))
    return {
        "Name": content.get("title", ""),
        "Kind": _choice(Kind, content.get("kind", "")),
        "Severity": _choice(Severity, content.get("severity", "")),
        "Owner": content.get("owner", ""),
        "Backup": content.get("backup", ""),
        "Escalation": content.get("escalation", ""),
        "Acknowledge within": wording.counted(content.get("acknowledge_minutes", 0), "minute"),
        "Resolve within": wording.counted(content.get("resolve_hours", 0), "hour"),
        "Handling": HANDLINGS.get(content.get("handling", ""), ""),
        "Tries": _tries(content.get("handling", ""), content.get("retry", {})),
        "Escalating": _surge(content.get("escalating", {})),
        "May be settled by": wording.listed([WAYS.get(way, way) for way in content.get("resolutions", [])]),
        "Runbook": runbook if len(runbook) <= LONGEST_RUNBOOK else runbook[:LONGEST_RUNBOOK] + "…",
    }


def _choice(choices: Any, value: str) -> str:
    label = str(choices(value).label) if value in choices.values else value
    return label.partition(":")[0]


def _surge(said: Mapping[str, Any]) -> str:
    """When far more fails than usual, or so much money waits that somebody is called besides the plan."""
    least, times, money = said.get("failures", 5), said.get("times", 3), said.get("money", "")
    words = f"at {least} failures within a quarter of an hour and {times} times the usual"
    return f"{words}, or {money} waiting" if money else words


def _tries(handling: str, retry: Mapping[str, Any]) -> str:
    """How often it is tried by itself before somebody hears of it."""
    if handling != Handling.RETRY:
        return "one"
    first = wording.counted(retry["seconds"] * retry["factor"], "second")
    within = wording.counted(retry["within_minutes"], "minute")
    return f"{retry['tries']} within {within}; pauses up to {first} at first, then {retry['factor']} times as long"
