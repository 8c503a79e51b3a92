"""Plans and moments to try escalation on."""

from datetime import UTC, datetime
from typing import Any

from exceptions import escalation
from exceptions.models import Call, Case, Plan, Team
from tests.exceptions.conftest import WORKER
from tests.people import Company

FRIDAY = datetime(
    2026, 11, 27, 16, 0, tzinfo=UTC
)  # Northwind works from nine to half past five, Monday to Friday
SATURDAY = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def step(to: str, minutes: int = 60, whom: str = "everyone", by: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"after_minutes": minutes, "to": to, "whom": whom, "by": list(by)}


def plan(northwind: Company, *steps: dict[str, Any], **changes: Any) -> None:
    """The plan of every class from now on."""
    Plan.objects.filter(workspace=northwind.workspace).update(steps=list(steps), **changes)


def team(northwind: Company, name: str, *people: str) -> Team:
    """A team of that name, with these people and no others."""
    found, _ = Team.objects.get_or_create(workspace=northwind.workspace, name=name)
    found.members.set(northwind.people[who].user_id for who in people)
    return found


def sweep(at: datetime) -> None:
    """As the tick does."""
    escalation.release_due(now=at, actor=WORKER)
    escalation.remind_due(now=at, actor=WORKER)
    escalation.escalate_due(now=at, actor=WORKER)


def told(case: Case) -> list[str]:
    """Who was told of a case in the product, in order."""
    calls = Call.objects.filter(case=case, kind="in_app").select_related("user").order_by("id")
    return [call.user.get_username() for call in calls if call.user]
