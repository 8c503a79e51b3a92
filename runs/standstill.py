"""What stands still in a workspace: pulled switches and open breakers, for every page, the item and the agents' API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from approvals import access, questions, switches, wording
from approvals.models import Membership

BREAKER = "breaker"
_TITLES = {"workspace": "The kill switch is pulled.", "agent": "{} is stopped.", "tool": "{} is stopped."}


@dataclass(frozen=True)
class Stop:
    """One thing that stands still: ``what`` is workspace, agent, tool or breaker; ``by`` is empty for machines."""

    what: str
    key: str
    name: str
    at: datetime
    by: str = ""

    @property
    def title(self) -> str:
        if self.what == BREAKER:
            return f"{self.name} is cut off."
        return _TITLES[self.what].format(self.name)

    @property
    def text(self) -> str:
        match self.what:
            case "workspace":
                return f"Nothing {self.name} approves is written, and no clock runs."
            case "agent":
                return "Nothing it proposed is written, and the clocks of that stand still."
            case "tool":
                return "Nothing of it is written, and its clocks stand still."
        return (
            "Nothing of it is written until it is closed by hand."
            if self.by
            else "Too many calls failed; one is tried again now and then."
        )

    @property
    def stops_clocks(self) -> bool:
        return self.what != BREAKER

    def touches(self, *, agent: str, tool: str) -> bool:
        return self.key == {"workspace": "", "agent": agent, "tool": tool, BREAKER: tool}[self.what]


_EVERYTHING = f"""
{switches.EVERY} UNION ALL
SELECT '{BREAKER}', b.tool, b.tool, b.opened_at, b.changed_by FROM runs_breaker b
WHERE b.workspace_id = %(workspace)s AND b.state <> 'closed'
ORDER BY 4
"""  # noqa: S608  the only things filled in are constants


def of_workspace(workspace_id: int) -> list[Stop]:
    """Everything that stands still there, longest first. One small query."""
    return [
        Stop(what, key, wording.tool_title(name) if what in ("tool", BREAKER) else name, at, by)
        for what, key, name, at, by in questions.rows(_EVERYTHING, {"workspace": workspace_id})
    ]


def told(stops: Sequence[Stop], *, agent: str, tool: str) -> list[dict[str, Any]]:
    """Those that touch a proposal, as agents are told."""
    return [
        {"what": stop.what, "since": stop.at.isoformat().replace("+00:00", "Z"), "reason": stop.title}
        for stop in stops
        if stop.touches(agent=agent, tool=tool)
    ]


def standstill(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``standstill`` for the workspace of the page, asked for only when a template looks."""
    member = access.known(request)
    questions.note((_EVERYTHING, {"workspace": member.workspace_id}) if member else None)
    return {"standstill": SimpleLazyObject(lambda: _of_page(request))}


def _of_page(request: HttpRequest) -> list[Stop]:
    here = request.resolver_match
    slug = here.kwargs.get("workspace") if here else None
    if slug is None or not request.user.is_authenticated:
        return []
    member = access.known(request)
    if member is None or member.workspace.slug != slug:
        member = Membership.objects.filter(workspace__slug=slug, user_id=request.user.pk).first()
    return of_workspace(member.workspace_id) if member is not None else []
