"""Escalation plans: made and changed by admins, version by version, and only such as end with somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import duty, steps, targets
from exceptions.models import Channel, Plan, Revision, Team

MOST_STEPS = 6
MOST_REPEATS = 5


class NotYourPlans(PermissionError):
    """Only admins change who is called when nobody takes a case."""


class SamePlan(ValueError):
    """Another plan of the workspace is called so."""


class StalePlan(LookupError):
    """Somebody changed the plan meanwhile. Read it again."""


class UnusablePlan(ValueError):
    """The plan would not do what it promises; ``problems`` says why, a sentence each."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Terms:
    """What an admin may set. Cases that are open keep the plan they were opened with."""

    name: str
    steps: tuple[dict[str, Any], ...]
    repeats: int
    in_hours: bool
    skip_empty: bool

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name, "steps": list(self.steps), "repeats": self.repeats, "in_hours": self.in_hours,
            "skip_empty": self.skip_empty,
        }  # fmt: skip


def make(*, terms: Terms, member: Membership, actor: Actor, now: datetime) -> Plan:
    """A plan that no class follows yet. Raises `NotYourPlans`, `UnusablePlan`, `SamePlan`."""
    _check(terms, member, member.workspace_id, now)
    with transaction.atomic():
        plan, made = Plan.objects.get_or_create(
            workspace=member.workspace, name=terms.name, defaults=terms.told()
        )
        if not made:
            raise SamePlan(terms.name)
        _keep(plan, "plan.made", member, actor, now)
    return plan


def change(
    *, plan: Plan, seen_version: int, terms: Terms, member: Membership, actor: Actor, now: datetime
) -> Plan:
    """Set the terms of a plan, as its next version. Raises `NotYourPlans`, `UnusablePlan`, `SamePlan`, `StalePlan`."""
    _check(terms, member, plan.workspace_id, now)
    with transaction.atomic():
        rows = Plan.objects.filter(pk=plan.pk, version=seen_version)
        try:
            with transaction.atomic():
                changed = rows.update(**terms.told(), version=seen_version + 1)
        except IntegrityError as error:
            raise SamePlan(terms.name) from error
        if not changed:
            raise StalePlan(plan.name)
        _shipped(plan, seen_version, now)
        plan.refresh_from_db()
        _keep(plan, "plan.changed", member, actor, now)
    return plan


def problems(terms: Terms, workspace_id: int, now: datetime) -> list[str]:
    """What is wrong with a plan, a sentence each; nothing when it may be used."""
    if not 1 <= len(terms.steps) <= MOST_STEPS:
        return [f"A plan has between one and {MOST_STEPS} steps."]
    names = targets.named(workspace_id, [step["to"] for step in terms.steps])
    channels = set(
        Channel.objects.filter(workspace=workspace_id, retired_at__isnull=True).values_list("pk", flat=True)
    )
    found = []
    for number, step in enumerate(terms.steps, 1):
        if step["to"] not in (steps.OWNER, steps.BACKUP) and step["to"] not in names:
            found.append(f"Step {number} calls somebody who is not here.")
        if any(steps.number_in(way) not in channels for way in step["by"] if way != steps.EMAIL):
            found.append(f"Step {number} uses a channel that is not here any more.")
    return found or _end(terms.steps[-1], workspace_id, now)


def _end(last: dict[str, Any], workspace_id: int, now: datetime) -> list[str]:
    """Owner and backup differ from class to class: they are looked at each night, and on the page “Escalation”."""
    if last["to"].startswith(steps.PERSON):
        return ["The last step calls a team: one person may be away, or gone."]
    if not last["to"].startswith(steps.TEAM):
        return []
    team = Team.objects.select_related("workspace").get(
        workspace=workspace_id, pk=steps.number_in(last["to"]) or 0
    )
    if duty.reached(team, steps.EVERYONE, now):
        return []
    return [f"The last step calls {team.name}, and nobody is reached there."]


def _check(terms: Terms, member: Membership, workspace_id: int, now: datetime) -> None:
    if member.workspace_id != workspace_id or not member.may(Role.ADMIN):
        raise NotYourPlans("this needs the role admin")
    wrong = problems(terms, workspace_id, now)
    if wrong:
        raise UnusablePlan(wrong)


def content(plan: Plan) -> dict[str, Any]:
    """What an export would say of the plan."""
    return Terms(plan.name, tuple(plan.steps), plan.repeats, plan.in_hours, plan.skip_empty).told()


def _shipped(plan: Plan, version: int, now: datetime) -> None:
    """The version that was there before anybody changed it, where nobody wrote it down."""
    before = Revision(
        workspace_id=plan.workspace_id,
        kind="plan",
        key=str(plan.pk),
        version=version,
        content=content(plan),
        at=now,
    )
    Revision.objects.bulk_create([before], ignore_conflicts=True)


def _keep(plan: Plan, kind: str, member: Membership, actor: Actor, now: datetime) -> None:
    Revision.objects.create(
        workspace_id=plan.workspace_id, kind="plan", key=str(plan.pk), version=plan.version,
        content=content(plan), by=member.user, at=now,
    )  # fmt: skip
    ledger.append(
        workspace_id=plan.workspace_id, kind=kind, actor=actor, at=now,
        data={"plan": plan.pk, "version": plan.version},
    )  # fmt: skip
