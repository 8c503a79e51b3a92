"""After a drill: what was wrong, where the evidence said so, and whether it was caught. Calm, and short."""

from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals import wording
from approvals.models import Drill, Evidence, Membership, Proposal
from approvals.oversight import drill_mistakes, pace
from approvals.visible import visible

SHOWN_FOR = timedelta(seconds=60)
AROUND = 90  # characters of evidence on either side of the value
LONGEST_LINE = 60


def latest(member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_lesson.html``: the drill the member has just answered, if any.

    No query of its own if not: one's answers of the last hour are known to the pace.
    """
    if not member.may("reviewer") or not pace.of(member, now).answered_a_drill(now - SHOWN_FOR):
        return {}
    found = answered_by(member).filter(revealed_at__gt=now - SHOWN_FOR).order_by("-revealed_at").first()
    return {"lesson": tell(found)} if found else {}


def of(proposal: Proposal, member: Membership) -> dict[str, Any]:
    """What the page of a revealed drill says; nothing of any other, and nothing before."""
    if not proposal.drill or proposal.state == "pending":
        return {}
    drill = _drills().filter(proposal=proposal, revealed_at__isnull=False).first()
    if drill is None:
        return {}
    lesson = tell(drill)
    said = lesson["verdict"]
    if drill.answered_by_id not in (None, member.user_id):
        said = "It was caught." if drill.caught else "It was signed."
    outcome = {"tone": "info", "title": "This was a drill", "text": f"{said} Nothing was sent."}
    return {"drilled": lesson, "outcome": outcome, "effect_url": ""}


def answered_by(member: Membership) -> QuerySet[Drill]:
    """The drills a member has answered, with what a lesson needs."""
    return _drills().filter(
        workspace=member.workspace_id, answered_by=member.user_id, revealed_at__isnull=False
    )


def _drills() -> QuerySet[Drill]:
    rows = Drill.objects.select_related("proposal", "workspace", "answered_by")
    return rows.prefetch_related("proposal__evidence", "source__evidence")


def _evidence(proposal: Proposal) -> list[Evidence]:
    """In its order, and for many drills fetched together."""
    return sorted(proposal.evidence.all(), key=attrgetter("position"))


def tell(drill: Drill) -> dict[str, Any]:
    """One lesson, in words, with the evidence that tells right from wrong."""
    evidence = _evidence(drill.proposal)
    right, wrong = (wording.day_or_words(str(value)) for value in (drill.right, drill.wrong))
    return {
        "id": drill.proposal.public_id,
        "url": reverse("proposal", args=[drill.workspace.slug, drill.proposal.public_id]),
        "caught": drill.caught,
        "verdict": _verdict(drill),
        "field": wording.label(drill.field).lower(),
        "right": visible(right),
        "wrong": visible(wrong),
        "where": visible(_where(drill, evidence)),
        "excerpt": _excerpt(drill, evidence),
        "answered_at": drill.revealed_at,
        "until": (drill.revealed_at or drill.seeded_at) + SHOWN_FOR,
    }


def _verdict(drill: Drill) -> str:
    if drill.caught is None:
        return "Nobody answered it in time."
    return "You caught it." if drill.caught else "You signed it."


def _where(drill: Drill, evidence: list[Evidence]) -> str:
    """The line on which the wrong value stands."""
    if drill.mistake == drill_mistakes.TRANSPOSED:
        return "two digits changed places"
    for row in evidence:
        for span in row.spans:
            if span.get("field") == f"/{drill.field}" and "start" in span:
                line = " ".join(drill_mistakes.line_at(row.content, span["start"]).split())
                return f"it stands in “{line[:LONGEST_LINE]}”"
    return "it is not what the evidence says"


def _excerpt(drill: Drill, evidence: list[Evidence]) -> dict[str, Any]:
    """The evidence around the right value, with the value marked."""
    found = drill_mistakes.in_text(drill.field, drill.right, _evidence(drill.source))
    if found is None:
        return {}
    row, start, end = found
    text = row.content
    begin = max(text.rfind("\n", 0, max(0, start - AROUND)) + 1, start - 2 * AROUND, 0)
    close = text.find("\n", min(len(text), end + AROUND))
    close = min(close if close >= 0 else len(text), end + 2 * AROUND)
    return {
        "title": visible(row.title or "The evidence"),
        "before": visible(text[begin:start]),
        "mark": visible(text[start:end]),
        "after": visible(text[end:close]),
    }
