"""The only ways to fetch a case, a team or a class on somebody's behalf. What is not yours does not exist."""

from functools import cache

from django.http import Http404

from approvals import access
from approvals.models import Membership
from approvals.waiting import statements
from exceptions import beside
from exceptions.models import Case, Channel, FailureClass, Occurrence, Override, Rule, Team
from exceptions.whose import Teams


def case(member: Membership, public_id: str) -> Case:
    """A case of the member's workspace. Raises `Http404`."""
    meaning = statements.of(member) | {statements.ITEM: access.identifier("case", public_id)}
    found = statements.first(_case(), meaning)
    if found is None:
        raise Http404("no such case")
    return found


def case_to_read(member: Membership, public_id: str, teams: Teams) -> Case:
    """The same for its page, which has the teams of the workspace at hand. Raises `Http404`."""
    meaning = statements.of(member) | {statements.ITEM: access.identifier("case", public_id)}
    found = statements.first(_case_to_read(), meaning)
    if found is None:
        raise Http404("no such case")
    found.workspace = member.workspace
    teams.give([found])
    return found


@cache
def _case_to_read() -> statements.Kept[Case]:
    rows = Case.objects.filter(pk=statements.ITEM, workspace_id=statements.HOUSE)
    return statements.keep(beside.looked_up(rows.select_related("failure_class", "assignee")))


@cache
def _case() -> statements.Kept[Case]:
    told = (
        "failure_class__owner", "failure_class__backup", "owner", "assignee", "escalated_to", "workspace",
        "merged_into",
    )  # fmt: skip
    rows = Case.objects.filter(pk=statements.ITEM, workspace_id=statements.HOUSE)
    return statements.keep(rows.select_related(*told))


def occurrence(held_in: Case, number: int) -> Occurrence:
    """One failure of a case, its proposal loaded. Raises `Http404`."""
    found = (
        Occurrence.objects.select_related("proposal__agent", "proposal__amends", "proposal__policy")
        .filter(pk=number, case=held_in)
        .first()
        if number < 2**63
        else None
    )
    if found is None:
        raise Http404("no such occurrence")
    found.case = held_in
    return found


def teams(member: Membership) -> list[Team]:
    """Every team of the workspace, by name."""
    return list(Team.objects.filter(workspace_id=member.workspace_id).order_by("name")[:200])


def team(member: Membership, number: int) -> Team:
    """A team of the workspace. Raises `Http404`."""
    found = (
        Team.objects.filter(pk=number, workspace_id=member.workspace_id).first() if number < 2**63 else None
    )
    if found is None:
        raise Http404("no such team")
    found.workspace = member.workspace
    return found


def override(of: Team, number: int) -> Override:
    """An override of the team. Raises `Http404`."""
    found = Override.objects.filter(pk=number, team=of).first() if number < 2**63 else None
    if found is None:
        raise Http404("no such override")
    found.team = of
    return found


def channel(member: Membership, number: int) -> Channel:
    """A channel of the workspace, one that was retired too. Raises `Http404`."""
    rows = Channel.objects.select_related("team").filter(pk=number, workspace_id=member.workspace_id)
    found = rows.first() if number < 2**63 else None
    if found is None:
        raise Http404("no such channel")
    return found


def failure_class(member: Membership, code: str) -> FailureClass:
    """A failure class of the workspace. Raises `Http404`."""
    found = (
        FailureClass.objects.select_related("owner", "backup", "plan", "workspace")
        .filter(workspace_id=member.workspace_id, code=code)
        .first()
    )
    if found is None:
        raise Http404("no such failure class")
    return found


def rule(member: Membership, number: int) -> Rule:
    """A rule of the workspace. Raises `Http404`."""
    rows = Rule.objects.select_related("failure_class", "owner").filter(workspace_id=member.workspace_id)
    found = rows.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404("no such rule")
    return found
