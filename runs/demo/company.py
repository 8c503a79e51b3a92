"""Two sample workspaces: people with passwords, policies, and the books they post to."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from approvals import actors, agents, policies
from approvals.models import Agent, Membership, Workspace
from approvals.showing import pictures
from exceptions import catalogue as failure_classes
from exceptions.models import Team
from runs.connectors.books import setup
from runs.workflows import catalogue, editions
from runs.workflows.expense import posting

ACTOR = actors.worker("demo")
VOID = "books.void_expense"
BOOKS_BEGIN, BOOKS_OPEN_FROM, BOOKS_END = date(2025, 1, 1), date(2026, 7, 1), date(2027, 12, 31)


@dataclass(frozen=True)
class Sample:
    """One sample workspace: who is in it, and what its policy for expenses demands."""

    slug: str
    name: str
    timezone: str
    people: dict[str, list[str]]
    teams: dict[str, list[str]]
    policy: dict[str, Any]


SAMPLES = [
    Sample(
        "northwind", "Northwind Finance", "Europe/Berlin",
        {"maria": ["reviewer"], "ken": ["reviewer"], "olu": ["ops_owner", "reviewer"],
         "ada": ["admin", "reviewer", "ops_owner"], "tess": ["auditor"]},
        {"Finance ops": ["olu"], "Controllers": ["ada"], "Platform": ["ada"], "AI quality": ["olu"]},
        # no limit for two: most of its receipts are in other currencies, and each of those would need both
        {"currency": "EUR", "confidence_floor": "0.85", "ask_above": "1000"},
    ),
    Sample(
        "harbour", "Harbour Clinic", "Europe/London",
        {"dana": ["admin", "reviewer", "ops_owner"], "ken": ["reviewer"],
         "ivo": ["admin", "ops_owner", "reviewer"]},
        {"Finance ops": ["ivo"], "Controllers": ["dana"], "Platform": ["dana"], "AI quality": ["ivo"]},
        {"currency": "GBP", "confidence_floor": "0.85", "second_above": "2500", "block_above": "15000"},
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Company:
    workspace: Workspace
    agent: Agent
    people: dict[str, Membership]


def found(sample: Sample, *, password: str, now: datetime) -> Company:
    """The workspace with its people, teams, policy, agent and books."""
    workspace = Workspace.objects.create(
        slug=sample.slug, name=sample.name, timezone=sample.timezone, created_at=now
    )
    failure_classes.seed(workspace=workspace, now=now)
    people = {
        name: Membership.objects.create(
            workspace=workspace, user=_person(name, password), roles=roles, created_at=now
        )
        for name, roles in sample.people.items()
    }
    for team, members in sample.teams.items():
        Team.objects.get(workspace=workspace, name=team).members.add(*(people[name].user for name in members))
    policies.set_policy(
        workspace=workspace, tool=posting.TOOL, actor=ACTOR, now=now, undo_seconds=10, **sample.policy
    )
    policies.set_policy(workspace=workspace, tool=VOID, actor=ACTOR, now=now, undo_seconds=30)
    workflow = catalogue.get(posting.NAME)
    agent = agents.add_agent(
        workspace=workspace, name=workflow.name, version=editions.version_of(workspace, workflow),
        tools=list(workflow.tools), actor=ACTOR, now=now,
    )  # fmt: skip
    _open_books(sample.slug)
    return Company(workspace, agent, people)


def _person(name: str, password: str) -> User:
    user, made = User.objects.get_or_create(username=name, defaults={"first_name": name.title()})
    if made:
        user.set_password(password)
        user.save()
    return user


def _open_books(slug: str) -> None:
    accounts = _data("accounts.json")
    periods = setup.months(since=BOOKS_BEGIN, open_from=BOOKS_OPEN_FROM, until=BOOKS_END)
    setup.seed(slug, vendors(slug), accounts, periods)


def vendors(slug: str) -> list[dict[str, Any]]:
    """The vendors the books of a workspace know: name, aliases, account, currency and country."""
    return list(_data("vendors.json")[slug])


def documents(slug: str) -> list[dict[str, Any]]:
    """The sample receipts of a workspace, in the order in which they were scanned; of a few the scan is there too."""
    boxes = _data("boxes.json")
    return [_with_scan(document, boxes) for document in lines(f"documents_{slug}.jsonl")]


def standing_order() -> list[dict[str, Any]]:
    """The receipts of Northwind's standing order: ten of one kind, of which one is unlike the rest."""
    return lines("standing_northwind.jsonl")


def _with_scan(document: dict[str, Any], boxes: dict[str, Any]) -> dict[str, Any]:
    if document["id"] not in boxes:
        return document
    scan = resources.files("runs.demo").joinpath(f"{document['id']}.png").read_bytes()
    picture = pictures.as_data_url(base64.b64encode(scan).decode(), "image/png")
    return document | {"picture": picture, "boxes": boxes[document["id"]]}


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one file of the corpus."""
    text = resources.files("runs.demo").joinpath(name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _data(name: str) -> Any:
    return json.loads(resources.files("runs.demo").joinpath(name).read_text("utf-8"))


def known(sample: Sample) -> Company | None:
    """The workspace as it was founded; None where it was not."""
    workspace = Workspace.objects.filter(slug=sample.slug).first()
    if workspace is None:
        return None
    agent = Agent.objects.select_related("workspace").get(workspace=workspace, name=posting.NAME)
    rows = Membership.objects.filter(workspace=workspace, user__username__in=sample.people)
    people = {row.user.get_username(): row for row in rows.select_related("user", "workspace")}
    return Company(workspace, agent, people)


def set_password(password: str) -> None:
    """The sample people sign in with this one from now on."""
    hashed = make_password(password)
    names = {name for sample in SAMPLES for name in sample.people}
    User.objects.filter(username__in=names).update(password=hashed)
