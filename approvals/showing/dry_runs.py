"""Whether an item can be rehearsed, and what to say where it cannot. What came of a rehearsal is told upstairs."""

from dataclasses import dataclass

from approvals import tools
from approvals.models.proposal import OPEN, State
from approvals.models.workspace import Role
from approvals.showing.dossier import Dossier

MAY_ASK = (Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)


@dataclass(frozen=True)
class DryRun:
    """``offered``: there is a button. ``asked``: somebody has pressed it before, so there is something to see."""

    button: str
    text: str
    offered: bool = False
    asked: bool = False


def read(known: Dossier) -> DryRun | None:
    """None where nothing is still to come, and nothing was ever tried."""
    asked = any(entry.kind == "rehearsal.asked" for entry in known.entries)
    to_come = _to_come(known)
    if not to_come and not asked:
        return None
    button, text = _words(known)
    may = known.member.may(*MAY_ASK)
    return DryRun(button, text, offered=to_come and may and bool(button), asked=asked)


def _to_come(known: Dossier) -> bool:
    proposal = known.proposal
    if proposal.state != State.APPROVED:
        return proposal.state in OPEN
    return proposal.shadow or (proposal.release_at is not None and proposal.release_at > known.now)


def _words(known: Dossier) -> tuple[str, str]:
    try:
        tool = tools.get(known.proposal.tool, known.proposal.tool_version)
    except tools.UnknownTool:
        return "", "No connector knows this tool any more: it cannot be rehearsed."
    if tool.rehearses:
        return "Rehearse", "A worker tries it in the target and takes it back. Nothing is written."
    if tool.observes:
        return "Read it again", "This tool cannot be rehearsed. A worker can read its target again."
    return "", "This tool cannot be rehearsed, and its target cannot be read."
