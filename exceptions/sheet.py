"""A case as its owner reads it: what matters about it at a glance, and what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from approvals import ids, wording
from approvals.models.proposal import State as ProposalState
from approvals.showing import item_facts
from approvals.visible import plain, visible
from exceptions import clocks, escalating
from exceptions.beside import Beside
from exceptions.models import Case, Occurrence
from exceptions.models.case import State
from exceptions.models.failure_class import Kind

WRITTEN = {"no": "not written", "yes": "written", "unknown": "cannot be told"}
KINDS = {
    Kind.TECHNICAL: "technical failure: trying again may help",
    Kind.BUSINESS: "business failure: somebody must change the data",
    Kind.MODEL: "the agent was wrong",
    Kind.POLICY: "a rule said no",
    Kind.UNKNOWN_OUTCOME: "it may have happened",
    Kind.INTEGRITY: "our own promise is in doubt",
}


def chips(
    case: Case, money: Sequence[tuple[Decimal, str]], around: Beside, now: datetime
) -> list[dict[str, str]]:
    """What matters about it at a glance."""
    found = []
    if case.merged_into is not None:
        found.append({"tone": "ask", "icon": "", "text": f"Merged into “{plain(case.merged_into.title)}”"})
    if case.escalating_at is not None and case.state != State.RESOLVED:
        since = clocks.when(case.escalating_at, now)
        why = "More money than may wait" if escalating.is_dear(case) else "Far more than usual"
        found.append({"tone": "stop", "icon": "exceptions", "text": f"{why} since {since}"})
    if case.state == State.ACKNOWLEDGED and case.assignee and case.acknowledged_until:
        held = f"{case.assignee.get_username()} has it until {clocks.when(case.acknowledged_until, now)}"
        found.append({"tone": "ask", "icon": "clock", "text": held})
    if case.snoozed_until is not None and case.state == State.OPEN:
        aside = f"Put aside until {clocks.when(case.snoozed_until, now)}"
        found.append({"tone": "ask", "icon": "clock", "text": aside})
    if case.regressed and case.state != State.RESOLVED:
        found.append(
            {"tone": "stop", "icon": "exceptions", "text": "It was resolved once, and happened again"}
        )
    if case.state != State.RESOLVED:
        settle_by = case.opened_at + case.failure_class.resolve_within
        late = settle_by <= now
        words = f"{'Should have been settled' if late else 'Settle'} by {clocks.when(settle_by, now)}"
        found.append({"tone": "stop" if late else "", "icon": "clock", "text": words})
    found += [{"tone": "", "icon": "", "text": f"{amount} waiting"} for amount in amounts(money)]
    if around.doubtful:
        found.append({"tone": "stop", "icon": "ask", "text": "Some of it may have been written"})
    elif around.written:
        some = "It" if case.open_count == 1 else "Some of it"
        found.append({"tone": "ask", "icon": "", "text": f"{some} was written"})
    elif case.open_count and case.failure_class.kind != Kind.INTEGRITY:
        found.append({"tone": "ok", "icon": "check", "text": "Nothing was written"})
    return found


def amounts(money: Iterable[tuple[Decimal, str]]) -> list[str]:
    return [wording.money(total, currency) for total, currency in money]


@dataclass(frozen=True)
class Line:
    """One failure in the table of what failed."""

    number: int
    own_url: str
    title: SafeString
    answer: SafeString
    written: str
    written_text: str
    amount: str
    disposition: str
    at: datetime


LONG = 72  # letters; what is longer stands on three lines where it is read


def named(case: Case) -> tuple[str, str]:
    """What its page is headed with, and what stands below: kind and words apart, where a title of both is long."""
    kind = case.failure_class.title
    told = case.title.removeprefix(f"{kind}: ")
    return (kind, told) if told != case.title and len(case.title) > LONG else (case.title, "")


def line(occurrence: Occurrence, here: str) -> Line:
    """A failure as a line of the table; ``here`` is the address of its case."""
    proposal, amount = occurrence.proposal, occurrence.amount
    return Line(
        number=occurrence.pk,
        own_url=f"{here}occurrences/{occurrence.pk}/",
        title=visible(
            proposal.headline if proposal else occurrence.facts.get("subject", "") or "No proposal"
        ),
        answer=visible(occurrence.message),
        written=occurrence.written,
        written_text=_outcome(occurrence),
        amount=wording.money(abs(amount), occurrence.currency) if amount is not None else "",
        disposition="" if occurrence.disposition == "open" else occurrence.disposition,
        at=occurrence.at,
    )


def _outcome(occurrence: Occurrence) -> str:
    if occurrence.resent_at is not None:
        return "sent again, not seen yet"
    return WRITTEN.get(occurrence.written, occurrence.written)


def pages(case: Case) -> str:
    """The address under which everything about the case stands."""
    return reverse("case", args=[case.workspace.slug, case.public_id])


def links(occurrence: Occurrence, slug: str) -> dict[str, str]:
    """Pages that say more about a failure: its proposal, what was tried, and the lane it speaks of."""
    proposal, lane = occurrence.proposal, lane_url(occurrence, slug)
    return {
        "proposal_url": address("proposal", slug, proposal.public_id) if proposal else lane,
        "effect_url": address("effect", slug, proposal.public_id)
        if proposal and occurrence.execution
        else "",
        "lane_url": lane,
    }


def lane_url(occurrence: Occurrence, slug: str) -> str:
    """The page of the lane a failure speaks of."""
    lane = occurrence.facts.get("lane")
    return address("lane", slug, lane) if isinstance(lane, int) else ""


def run_url(occurrence: Occurrence, slug: str) -> str:
    """The page of the run a failure came from."""
    return address("run", slug, ids.show("run", occurrence.run)) if occurrence.run else ""


def address(name: str, *parts: Any) -> str:
    """Pages of other floors are linked where they exist."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def checks(rulings: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rulings of the gates: those that stop first, those that let pass folded away."""
    loud = [ruling for ruling in rulings if ruling["ruling"] != "allow"]
    loud.sort(key=lambda ruling: ruling["ruling"] != "block")
    return {
        "loud": [item_facts.check(ruling) for ruling in loud],
        "quiet": [item_facts.check(ruling) for ruling in rulings if ruling["ruling"] == "allow"],
    }


def is_blocked(occurrence: Occurrence | None) -> bool:
    """Whether the gates' rulings explain the failure."""
    proposal = occurrence.proposal if occurrence else None
    return proposal is not None and proposal.state == ProposalState.BLOCKED
