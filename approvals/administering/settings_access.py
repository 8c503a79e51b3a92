"""What settings are about, fetched on a member's behalf. What belongs to another workspace does not exist."""

from typing import TypeVar

from django.http import Http404

from approvals import access, tools
from approvals.models import Agent, DeclaredTool, Membership, Token, Trial

Row = TypeVar("Row")


def agent(member: Membership, public_id: str) -> Agent:
    """An agent of the member's workspace. Raises `Http404`."""
    return _one(
        Agent.objects.filter(
            pk=access.identifier("agent", public_id), workspace_id=member.workspace_id
        ).first()
    )


def token(agent: Agent, prefix: str) -> Token:
    """A token of that agent. Raises `Http404`."""
    return _one(Token.objects.select_related("agent").filter(agent=agent, prefix=prefix).first())


def colleague(member: Membership, number: int) -> Membership:
    """Somebody of the member's workspace. Raises `Http404`."""
    found = Membership.objects.select_related("user", "workspace").filter(workspace_id=member.workspace_id)
    return _one(found.filter(pk=number).first())


def tool(member: Membership, name: str) -> tools.Tool:
    """A registered tool, or one that the member's workspace declared, retired or not. Raises `Http404`."""
    try:
        return tools.offered(name, None, workspace=member.workspace.slug, again=True)
    except tools.UnknownTool as error:
        raise Http404("no such tool") from error


def declared(member: Membership, name: str) -> DeclaredTool:
    """The newest version of a tool that the member's workspace declared. Raises `Http404`."""
    rows = DeclaredTool.objects.select_related("workspace").filter(workspace_id=member.workspace_id)
    return _one(rows.filter(name=name).order_by("-version").first())


def trial(member: Membership, number: int) -> Trial:
    """A dry run in the member's workspace. Raises `Http404`."""
    rows = Trial.objects.select_related("tool__workspace", "asked_by")
    return _one(rows.filter(pk=number, tool__workspace_id=member.workspace_id).first())


def _one(row: Row | None) -> Row:
    if row is None:
        raise Http404("no such row")
    return row
