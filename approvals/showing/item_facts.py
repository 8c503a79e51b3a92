"""The facts to know about a proposal before anything else, and those that surround it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from approvals import deadlines, moments, tools, wording
from approvals.models import Decision, LedgerEntry, Proposal
from approvals.models.proposal import State
from approvals.showing.dossier import Dossier
from approvals.visible import visible
from approvals.waiting.rows import first_asking

SHORT = 16
DAY = timedelta(days=1)


def eyebrow(proposal: Proposal, now: datetime) -> list[Any]:
    """Where it comes from, in a few words."""
    about = visible(proposal.subject.replace(":", " ", 1)) if proposal.subject else ""
    agent = visible(f"agent {proposal.agent.name} {proposal.agent_version}")
    return [wording.tool_title(proposal.tool), *filter(None, [about]), agent,
            f"proposed {wording.ago(now - proposal.created_at)}"]  # fmt: skip


def chips(dossier: Dossier) -> list[dict[str, str]]:
    """The few facts to know before anything else."""
    proposal = dossier.proposal
    risk = _chip(f"{proposal.risk} risk".capitalize(), "stop" if proposal.risk == "high" else "")
    found = [_way_back(dossier), risk]
    if proposal.shadow:
        found.insert(0, _chip("Shadow: compared, never executed", "ask", "info"))
    if proposal.state == State.PENDING:
        found.insert(0, _chip(_asked(proposal), "ask", "ask"))
        found.append(_chip(_deadline(dossier), icon="clock"))
    if proposal.quorum > 1:
        signed = f"{len(dossier.signers)} of {proposal.quorum} signatures"
        found.append(
            _chip(": ".join(filter(None, [signed, wording.listed(dossier.signer_names)])), icon="sign")
        )
    return found


def _chip(text: str, tone: str = "", icon: str = "") -> dict[str, str]:
    return {"tone": tone, "icon": icon, "text": visible(text)}


def _deadline(dossier: Dossier) -> str:
    """How long an answer is awaited: in words, and by the clock of the person who reads."""
    words = deadlines.words(dossier.proposal, dossier.now)
    if dossier.proposal.policy.working_hours:
        return words  # names the moment already
    until = f"until {moments.near(dossier.proposal.expires_at, dossier.now)}"
    return (
        f"{words}, {until}"
        if dossier.proposal.expires_at - dossier.now < DAY
        else until[0].upper() + until[1:]
    )


def _way_back(dossier: Dossier) -> dict[str, str]:
    proposal = dossier.proposal
    deadline = (proposal.observation or {}).get("deadline")
    try:
        tool = tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        return _chip(wording.way_back("none"), "stop", "exceptions")
    today = timezone.localtime(dossier.now).date()  # what ends on that day is told with the way back itself
    words = wording.way_back(tool.reversibility, deadline, own=tool.way_back, today=today)
    return _chip(words, "stop", "exceptions") if tool.reversibility == "none" else _chip(words, "ok", "undo")


def _asked(proposal: Proposal) -> str:
    """Why a person is asked, and how many where one is not enough."""
    if proposal.quorum == 1:
        return _why(proposal)
    return f"Needs {wording.counted(proposal.quorum, 'signature')}: {wording.inside(_why(proposal))}"


def _why(proposal: Proposal) -> str:
    asking = first_asking(proposal.rulings)
    if not asking:
        return "A person was asked again"
    measured, limit = asking.get("measured"), asking.get("limit")
    if asking["gate"] == "confidence" and measured and limit:
        return f"Confidence {wording.plain_number(measured)}, needs {wording.plain_number(limit)}"
    return str(asking["reason"])


def check(ruling: dict[str, Any]) -> dict[str, Any]:
    """A ruling as ``components/checks.html`` reads it."""
    title, figures = ruling["reason"].replace("Value error, ", ""), _measured(ruling)
    place = "measured" if len(figures) <= SHORT else "reason"  # long figures get a line of their own
    return {"ruling": ruling["ruling"], "title": visible(title), place: visible(figures)}


def _measured(ruling: dict[str, Any]) -> str:
    measured, limit = str(ruling.get("measured", "")), str(ruling.get("limit", ""))
    if ruling["gate"] == "confidence":
        measured, limit = wording.plain_number(measured), wording.plain_number(limit)
    if not measured or not limit or limit == measured or " of " in measured or limit == "0":
        return measured
    if ruling["gate"] in ("confidence", "evidence"):
        return f"{measured} of {limit}"
    return f"{measured}, limit {limit}" if any(map(str.isdigit, limit)) else measured


def confidence(proposal: Proposal) -> str:
    """What the agent said of itself, and how it came to it."""
    if proposal.confidence is None:
        return ""
    source = f", by {proposal.confidence_source}" if proposal.confidence_source else ""
    return f"{proposal.confidence.normalize():f}{source}"


def signatures(dossier: Dossier) -> list[dict[str, str]]:
    """A line for each signature that is wanted, empty until somebody signs."""
    lines = [
        {
            "name": _signer(row),
            "caption": f"{_verb(row)}, {timezone.localtime(row.decided_at):%H:%M}",
        }
        for row in dossier.signers
        if row.reviewer
    ]
    if dossier.proposal.quorum < 2 or dossier.proposal.state not in (State.PENDING, State.APPROVED):
        return lines
    missing = range(len(lines), dossier.proposal.quorum)
    empty = [f"signature {number + 1} of {dossier.proposal.quorum}" for number in missing]
    return lines + [{"name": "", "caption": caption} for caption in empty]


def alone_signed(dossier: Dossier) -> bool:
    """Whether the member has signed, another must, and nobody has yet: then it can be taken back."""
    waits = dossier.proposal.state == State.PENDING and dossier.proposal.expires_at > dossier.now
    return waits and {row.reviewer_id for row in dossier.signers} == {dossier.member.user_id}


def fallen(dossier: Dossier) -> list[str]:
    """Whose signature would fall away if the member signed other values than are on the table."""
    return [row.reviewer.get_username() for row in dossier.signers if row.reviewer_id != dossier.member.user_id
            and row.reviewer]  # fmt: skip


def falls(names: Sequence[str]) -> str:
    """That their signatures fall away, in words."""
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]}’s signature falls away: it stands under other values."
    return f"The signatures of {wording.listed(names)} fall away: they stand under other values."


def _signer(row: Decision) -> str:
    """Whose name stands on the line, and for whom where somebody stood in."""
    name = row.reviewer.get_username() if row.reviewer else ""
    return f"{name}, for {row.covering.get_username()}" if row.covering else name


def _verb(row: Decision) -> str:
    return "changed it and signed" if row.verdict == "edit" else "signed"


def origin(proposal: Proposal) -> dict[str, Any]:
    """What this one stands in for: the proposal it amends, or the one whose effect it would undo."""
    if proposal.amends is not None:
        old = proposal.amends
        return {
            "kind": "amends",
            "id": old.public_id,
            "title": visible(old.headline),
            "by": proposal.proposed_by,
        }
    if proposal.reverses is None:
        return {}
    undone = _undone(proposal)
    return {
        "kind": "reverses",
        "id": undone.public_id if undone else "",
        "title": visible(undone.headline) if undone else "an earlier execution",
        "by": proposal.proposed_by,
    }


def _undone(proposal: Proposal) -> Proposal | None:
    """The proposal whose execution this one reverses: executions live above, but the record names both."""
    here = Proposal.objects.filter(workspace_id=proposal.workspace_id)
    family = here.filter(subject=proposal.subject).order_by("id").values("pk")[:50]
    named = LedgerEntry.objects.filter(proposal__in=family, execution=proposal.reverses).values("proposal")[
        :1
    ]
    return here.filter(pk__in=named).only("id", "headline").first()
