"""Rules to try things on."""

from typing import Any

from exceptions.models import FailureClass, Rule, Team
from tests.people import Company


def team(company: Company, name: str) -> Team:
    return Team.objects.get(workspace=company.workspace, name=name)


def class_of(company: Company, code: str) -> FailureClass:
    return FailureClass.objects.get(workspace=company.workspace, code=code)


def a_rule(company: Company, *, to: str = "", code: str = "", owner: str = "", **asks: Any) -> Rule:
    """The last rule so far. ``to`` names the class it gives, ``owner`` the team."""
    return Rule.objects.create(
        workspace=company.workspace, position=Rule.objects.filter(workspace=company.workspace).count() + 1,
        name=f"rule for {to or owner}", code=code, failure_class=class_of(company, to) if to else None,
        owner=team(company, owner) if owner else None, **asks,
    )  # fmt: skip
