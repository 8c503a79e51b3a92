"""The cast: people and programs the tests know by name."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from approvals import actors, agents
from approvals.models import Agent, Membership, Workspace
from exceptions.models import Team
from tests import founding

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Company:
    """A workspace with its people. Everybody signs in with `PASSWORD`."""

    workspace: Workspace
    bot: Agent
    people: dict[str, Membership]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.people[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def again(self) -> "Company":
        """The same in rows of its own: what is done to these is not done to those."""
        return Company(*deepcopy((self.workspace, self.bot, self.people)))


ROLES = {
    "maria": ["reviewer"],
    "ken": ["reviewer"],
    "olu": ["ops_owner"],
    "ada": ["admin", "reviewer", "ops_owner"],
    "tess": ["auditor"],
}


def person(workspace: Workspace, name: str, roles: list[str], now: datetime) -> Membership:
    user, made = User.objects.get_or_create(username=name)
    if made:
        user.set_password(PASSWORD)
        user.save()
    return Membership.objects.create(workspace=workspace, user=user, roles=roles, created_at=now)


def _at_once(workspace: Workspace, roles: dict[str, list[str]], now: datetime) -> dict[str, Membership]:
    """Everybody in a few statements: nearly every test begins with them."""
    known = {user.username: user for user in User.objects.filter(username__in=roles)}
    new = [User(username=who, password=_hashed()) for who in roles if who not in known]
    known |= {user.username: user for user in User.objects.bulk_create(new)}
    seats = [
        Membership(workspace=workspace, user=known[who], roles=what, created_at=now)
        for who, what in roles.items()
    ]
    return dict(zip(roles, Membership.objects.bulk_create(seats), strict=True))


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def company(slug: str, name: str, now: datetime, roles: dict[str, list[str]] | None = None) -> Company:
    """A workspace with seeded failure classes, its people, and an agent called bot that may use every tool."""
    workspace = Workspace.objects.create(slug=slug, name=name, created_at=now)
    founding.seed(workspace=workspace, now=now)
    people = _at_once(workspace, roles or ROLES, now)
    owners = [member.user_id for member in people.values() if "ops_owner" in member.roles]
    belongs = Team.members.through
    teams = Team.objects.filter(workspace=workspace).values_list("pk", flat=True)
    belongs.objects.bulk_create(belongs(team_id=team, user_id=owner) for team in teams for owner in owners)
    bot = agents.add_agent(
        workspace=workspace, name="bot", version="1.0", tools=["books.post_expense", "memo.write"],
        actor=actors.worker("test"), now=now,
    )  # fmt: skip
    return Company(workspace, bot, people)


def northwind(now: datetime) -> Company:
    return company("northwind", "Northwind Finance", now)


def harbour(now: datetime) -> Company:
    """Another tenant. Dana reviews and runs everything there, and is a stranger everywhere else."""
    return company("harbour", "Harbour Clinic", now, {"dana": ["reviewer", "ops_owner", "admin"]})
