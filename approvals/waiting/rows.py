"""One waiting thing as a line of the queue: what and how much, why it waits and how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from approvals import wording
from approvals.models import Proposal
from approvals.models.proposal import State
from approvals.visible import visible

SHORT = {  # a gate's reason in the few words a line has room for
    "duplicate": "possible repeat",
    "injection": "evidence speaks to the agent",
    "safety rails": "{measured}",
    "confidence": "confidence {measured}",
    "rate and spend": "day’s spend limit",
    "breaker and kill switch": "paused",
    "rollout stage": "every one is signed",
}
LONGEST = 24  # characters of a subject that leave room for the reason
SOON, LATE = timedelta(hours=1), timedelta(minutes=10)


@dataclass(frozen=True)
class Row:
    """Names are those that ``components/row.html`` reads."""

    id: str
    url: str
    title: SafeString
    amount: str
    why: SafeString
    due: str
    due_tone: str
    current: bool = False
    held: bool = False
    marks: str = ""  # safe, like the words above

    @property
    def drawn(self) -> SafeString:
        """Its markup. Of thirty lines that a page shows, most were on the page before."""
        return _drawn(self)


@lru_cache(maxsize=2000)
def _drawn(row: Row) -> SafeString:
    return render_to_string("components/row.html", {"row": row})


def row(
    proposal: Proposal,
    *,
    url: str,
    now: datetime,
    current: bool,
    marks: Sequence[str] = (),
    tool: bool = True,
) -> Row:
    """A line; ``marks`` are what `row_marks` knows of it. Without ``tool``, it is left unsaid."""
    pending = proposal.state == State.PENDING
    left = proposal.expires_at - now
    return Row(
        id=proposal.public_id,
        url=url,
        title=visible(title(proposal)),
        amount=wording.money(proposal.amount, proposal.currency) if proposal.amount is not None else "",
        why=visible(" · ".join(_said(proposal, tool))),
        due=wording.spell(left) if pending else _settled(proposal, now),
        due_tone=("late" if left < LATE else "soon" if left < SOON else "") if pending else "",
        current=current,
        held=pending and proposal.observed_at is None,
        marks=visible(" · ".join(marks)),
    )


def _said(proposal: Proposal, tool: bool) -> tuple[str, str]:
    """What is said first is never cut off: of what is settled, how."""
    told = _what(proposal, tool), _why(proposal)
    return told if proposal.state == State.PENDING else told[::-1]


def title(proposal: Proposal) -> str:
    """Whom it is about, where the arguments say so; else what will happen."""
    return proposal.party or proposal.headline


def _what(proposal: Proposal, tool: bool) -> str:
    """What tells the row from its neighbours: the tool where they differ in it, and the name of the subject."""
    name = proposal.subject.partition(":")[2] or proposal.subject
    if not name or len(name) > LONGEST:
        return wording.short_title(proposal.tool)
    return f"{wording.short_title(proposal.tool)} {name}" if tool else name


def _why(proposal: Proposal) -> str:
    if proposal.state != State.PENDING:
        return f"drill, {State(proposal.state).label}" if proposal.drill else State(proposal.state).label
    if proposal.observed_at is None:
        return "a worker is reading the target"
    asking = first_asking(vars(proposal)["asking"])  # of all rulings, a line has these (`queue.shown`)
    short = _short(asking) if asking else "asked again"
    return f"needs {wording.number(proposal.quorum)}, {short}" if proposal.quorum > 1 else short


def _short(ruling: dict[str, Any]) -> str:
    if ruling["gate"] == "amount":
        return f"above {ruling['limit']}" if " " in ruling["limit"] else f"limits are in {ruling['limit']}"
    measured = wording.plain_number(ruling.get("measured", ""))  # a drill must not differ by a zero
    return SHORT.get(ruling["gate"], "{reason}").format(**ruling | {"measured": measured})


def first_asking(rulings: list[dict[str, Any]]) -> dict[str, Any]:
    """The gate that asks for most; a lane where people sign everything is the last reason to name."""
    asking = [ruling for ruling in rulings if ruling["ruling"] != "allow"]
    asking.sort(key=lambda ruling: (-ruling.get("quorum", 1), ruling["gate"] == "rollout stage"))
    return asking[0] if asking else {}


def _settled(proposal: Proposal, now: datetime) -> str:
    return wording.ago(now - proposal.settled_at) if proposal.settled_at else ""
