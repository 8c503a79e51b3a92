"""How a write can be undone: exactly or by another write, until when, and what that cannot undo."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from approvals import tools, wording
from approvals.models import Proposal

KINDS = {
    "exact": "Undone exactly",
    "compensating": "Made good by another write",
    "none": "There is no way back",
}


@dataclass(frozen=True)
class WayBack:
    """``passed``: its deadline is over. ``until`` is the deadline in the tool's words, empty where there is none."""

    kind: str
    until: str = ""
    passed: bool = False
    cascade: str = ""

    @property
    def sentence(self) -> str:
        """All but the cascade, in one sentence."""
        if self.kind == "none":
            return "There is no way back: it cannot be undone."
        if self.passed:
            return f"It could be undone {self.until}. That has passed: open a case instead."
        how = (
            "exactly, from its receipt and the target as it was"
            if self.kind == "exact"
            else "by another write"
        )
        return f"It can be undone {how}{', ' if self.until else ''}{self.until}."


def of(proposal: Proposal, now: datetime) -> WayBack:
    """What the tool says, with the deadline that was read in the target."""
    try:
        tool = tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        return WayBack("none")
    if tool.reversibility == "none":
        return WayBack("none", cascade=tool.cascade)
    deadline = (proposal.observation or {}).get("deadline")
    zone = ZoneInfo(proposal.workspace.timezone)
    until = f"{tool.way_back_until} {wording.day_or_words(deadline)}" if deadline else ""
    return WayBack(tool.reversibility, until, _has_passed(deadline, now, zone), tool.cascade)


def _has_passed(deadline: object, now: datetime, zone: ZoneInfo) -> bool:
    """A day lasts until its end, where the workspace is. A deadline in other words is for people to judge."""
    if not isinstance(deadline, str):
        return False
    try:
        if wording.is_day(deadline):
            return now.astimezone(zone).date() > date.fromisoformat(deadline)
        moment = datetime.fromisoformat(deadline)
    except ValueError:
        return False
    return now > (moment if moment.tzinfo else moment.replace(tzinfo=zone))
