"""A rehearsal in words: when and for whom it was tried, how it ended, what it foresaw, and whether it still holds."""

from datetime import datetime
from typing import Any

from approvals import wording
from approvals.models import Membership, Proposal
from approvals.showing import dry_runs, foreseen
from approvals.visible import visible
from runs import rehearsals
from runs.models import Rehearsal
from runs.models.rehearsal import Ending, State

ENDINGS = {
    Ending.PASSED: ("ok", "It would be written"),
    Ending.READ: ("info", "Only the target was read"),
    Ending.REFUSED: ("stop", "It would be refused"),
    Ending.TRANSIENT: ("ask", "The target does not answer for now"),
    Ending.UNKNOWN: ("ask", "The target leaves it open"),
    Ending.BROKEN: ("stop", "The connector broke over it"),
    Ending.STOPPED: ("ask", "It was not tried"),
    Ending.LOST: ("ask", "It was not carried out"),
}
READ_ONLY = "Nothing more can be tried without writing."


def read(proposal: Proposal, member: Membership, now: datetime, row: Rehearsal | None) -> dict[str, Any]:
    """Context of ``runs/_rehearsal.html``."""
    offered = rehearsals.is_open(proposal) and rehearsals.possible(proposal) and member.may(*dry_runs.MAY_ASK)
    context: dict[str, Any] = {"offered": offered, "proposal": proposal, "rehearsal": row}
    if row is None:
        return context
    context |= {"by": _by(row), "waits": row.state != State.DONE, "own_values": row.edited}
    if row.state == State.DONE:
        context |= _told(proposal, row, now)
    return context


def _told(proposal: Proposal, row: Rehearsal, now: datetime) -> dict[str, Any]:
    done_at = row.done_at or now
    tone, title = ENDINGS[Ending(row.ending)]
    seen = foreseen.read(proposal, row.arguments, row.would)
    return {
        "ago": f"{wording.spell(now - done_at)} ago",
        "tone": tone,
        "title": title,
        "text": visible(READ_ONLY if row.ending == Ending.READ else _reason(row)),
        "code": row.failure_class,
        "changes": seen.changes,
        "unchanged": seen.unchanged,
        "facts": seen.facts,
        "request_text": visible(row.request),
        "notes": [visible(wording.days_said(str(note))) for note in row.notes],
        "stale": stale(proposal, row),
        "took": row.took_ms,
    }


def _reason(row: Rehearsal) -> str:
    about = f"{wording.label(row.field)}: " if row.field else ""
    return f"{about}{row.message}" if row.message else ""


def _by(row: Rehearsal) -> str:
    if row.asked_by is not None:
        return str(row.asked_by.get_username())
    return f"agent {row.asked_agent.name}" if row.asked_agent is not None else ""


def stale(proposal: Proposal, row: Rehearsal) -> str:
    """Why it says nothing of what is on the table now; empty while it does."""
    if row.edited and row.digest != proposal.digest:
        return "It was tried with values that are not signed: see them above."
    if row.digest != proposal.digest:
        return (
            "Something has changed since: other values, or another state of the target, are on the table now."
        )
    signed = (proposal.observation or {}).get("version", "")
    if row.seen_version and signed and row.seen_version != signed:
        return "The target had moved by then. Approved as it is, this comes back before its write, with the difference."
    return ""
