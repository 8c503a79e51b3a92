"""What every part of the month needs: the company, its people, the clock, and a worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection

from approvals import actors
from approvals.actors import Actor
from approvals.models import Agent, Membership, Workspace
from runs.demo.company import Company
from runs.demo.month.past import Clock
from runs.workers import Worker, at_work

REVIEWERS = ("maria", "ken", "olu", "ada")


@dataclass
class Scene:
    """``agents`` of outside, by name."""

    company: Company
    clock: Clock
    worker: Worker
    agents: dict[str, Agent] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.company.workspace

    @property
    def now(self) -> datetime:
        return self.clock.now

    def member(self, name: str) -> Membership:
        return self.company.people[name]

    def by_admin(self) -> dict[str, Any]:
        """What the product wants to know of who sets something, and when: Ada, now."""
        ada = self.member("ada")
        return {"by": ada.user_id, "actor": person(ada), "now": self.now}


def person(member: Membership) -> Actor:
    """Somebody of the sample, which their entries in the ledger say."""
    return actors.person(member.user_id, "demo")


def chance(*about: object) -> Random:
    """Chance that repeats itself: the same for the same thing, however often it is asked."""
    return Random("/".join(str(one) for one in about))  # noqa: S311  nothing is kept secret by it


@contextmanager
def set_up(company: Company, clock: Clock) -> Iterator[Scene]:
    """Nothing waits for the disk: whatever a power cut takes of the month is lived through again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        with at_work() as worker:
            yield Scene(company, clock, worker)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
