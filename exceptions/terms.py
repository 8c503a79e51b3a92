"""The terms of a failure class: what an admin may set, as the row, the form and the file all say it."""

from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from exceptions.models import FailureClass, Plan, Team

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WAYS = {
    "amend": "amend it and propose again", "retry": "try again", "ask_again": "ask the agent again",
    "reconcile": "say whether it happened", "reverse": "undo what was written", "dismiss": "dismiss it with a reason",
    "hand_over": "hand it to another team",
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """Cases that are open keep the owner and the plan they were opened with."""

    title: str
    kind: str
    severity: str
    handling: str
    owner: Team
    backup: Team
    plan: Plan
    acknowledge_within: timedelta
    resolve_within: timedelta
    tries: int
    retry_seconds: int
    retry_factor: int
    retry_within: timedelta
    surge_least: int
    surge_times: int
    alarm_money: Decimal | None
    resolutions: list[str]
    runbook: str

    def columns(self) -> dict[str, Any]:
        """Each term under the name of its column."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def of(row: FailureClass) -> Terms:
    """The terms in force."""
    return Terms(**{field.name: getattr(row, field.name) for field in fields(Terms)})


def told(terms: Terms) -> dict[str, Any]:
    """As a file says them: names instead of ids, minutes and hours instead of intervals, a runbook line by line."""
    return {
        "title": terms.title,
        "kind": terms.kind,
        "severity": terms.severity,
        "owner": terms.owner.name,
        "backup": terms.backup.name,
        "escalation": terms.plan.name,
        "acknowledge_minutes": terms.acknowledge_within // MINUTE,
        "resolve_hours": terms.resolve_within // HOUR,
        "handling": terms.handling,
        "retry": {
            "tries": terms.tries,
            "seconds": terms.retry_seconds,
            "factor": terms.retry_factor,
            "within_minutes": terms.retry_within // MINUTE,
        },
        "escalating": {
            "failures": terms.surge_least,
            "times": terms.surge_times,
            "money": f"{terms.alarm_money:.2f}" if terms.alarm_money else "",
        },
        "resolutions": list(terms.resolutions),
        "runbook": terms.runbook.split("\n") if terms.runbook else [],
    }
