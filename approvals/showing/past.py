"""What people did with proposals like this one: the same kind of write, about the same party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from django.utils import timezone

from approvals import arguments as reading
from approvals import decisions, ids, wording
from approvals.models import Decision, Proposal
from approvals.models.decision import SIGNATURES, Verdict
from approvals.models.proposal import State
from approvals.oversight import drill_story
from approvals.visible import visible
from approvals.waiting import statements

SHOWN = 5
LOOKED_THROUGH = 30  # what the policy passed by itself lies between, and is nobody's judgement


@dataclass(frozen=True)
class Earlier:
    """One settled proposal, and what was decided about it, in words."""

    id: str
    title: str
    verdict: str
    detail: str
    tone: str
    by: str
    amount: str
    settled_at: datetime
    signed: bool


@dataclass(frozen=True)
class Past:
    """The latest few, newest first, and a sentence over them."""

    rows: Sequence[Earlier]
    sentence: str


def of(proposal: Proposal, now: datetime) -> Past | None:
    """One query along the index of a party's past. None where the arguments name nobody."""
    if not proposal.party:
        return None
    answers = statements.ask(_answers(), _meaning(proposal))
    told: dict[Any, list[Any]] = {}
    for answer in answers:
        told.setdefault(answer.proposal, []).append(answer)
    latest = sorted(told.values(), key=lambda answered: answered[0].proposal__settled_at, reverse=True)
    rows = list(islice(filter(None, map(_earlier, latest)), SHOWN))
    return Past(rows, _sentence(proposal, rows, now)) if rows else None


def asked(proposal: Proposal) -> statements.Built | None:
    """What `of` asks; not known beforehand of a drill, whose source has to be looked up."""
    if not proposal.party or proposal.drill:
        return None
    return statements.meant(_answers().built, _meaning(proposal))


def _meaning(proposal: Proposal) -> dict[Any, Any]:
    source = drill_story.hidden_beside(proposal)[-1]  # the item itself, or what a drill was made of
    return {
        statements.HOUSE: proposal.workspace_id, statements.NAME: proposal.tool, statements.WORD: proposal.party,
        statements.ITEM: source,
    }  # fmt: skip


@cache
def _answers() -> statements.Kept[Any]:
    """What people said of the latest settled ones, but for one of them and for drills. As rows: objects of all of them
    would cost more than the question.
    """
    latest = (
        Proposal.objects.filter(
            workspace_id=statements.HOUSE,
            tool=statements.NAME,
            party=statements.WORD,
            settled_at__isnull=False,
        )
        .exclude(pk=statements.ITEM)
        .exclude(drill=True)
        .exclude(party="")  # said so that a plan for any party finds the index
        .order_by("-settled_at")[:LOOKED_THROUGH]
    )
    return statements.keep(
        Decision.objects.filter(
            statements.within("approvals_decision.proposal_id", latest.values("pk")), by_policy=False
        )
        .order_by("id")
        .values_list("proposal", "proposal__headline", "proposal__amount", "proposal__currency", "proposal__state",
                     "proposal__settled_at", "reviewer__username", "verdict", "changed_fields", "reason_code", "round",
                     named=True),
        statements.UNSEEN,
    )  # fmt: skip


def _earlier(answers: Sequence[Any]) -> Earlier | None:
    """The last round's answers to one proposal; None where what became of it was nobody's answer."""
    row = answers[-1]
    last = [answer for answer in answers if answer.round == row.round]
    verdict, detail, tone = _verdict(row.proposal__state, last)
    if not verdict:
        return None
    people = [answer.reviewer__username for answer in last if answer.reviewer__username]
    amount = row.proposal__amount
    return Earlier(
        id=ids.show("proposal", row.proposal),
        title=visible(row.proposal__headline),
        verdict=verdict,
        detail=visible(detail),
        tone=tone,
        by=visible(wording.listed(people)),
        amount="" if amount is None else wording.money(amount, row.proposal__currency),
        settled_at=row.proposal__settled_at,
        signed=row.proposal__state == State.APPROVED,
    )


def _verdict(state: str, answers: Sequence[Any]) -> tuple[str, str, str]:
    final = answers[-1]
    if final.verdict == Verdict.HAND_OVER:
        return "sent back to exceptions", "", "ask"
    if state == State.REJECTED and final.verdict == Verdict.REJECT:
        return "rejected", wording.inside(decisions.REASONS.get(final.reason_code, "")), "stop"
    if state != State.APPROVED or final.verdict not in SIGNATURES:
        return "", "", ""
    changed = sorted({name for answer in answers for name in answer.changed_fields})
    fields = wording.listed([wording.label(name).lower() for name in changed])
    return "approved with edits" if changed else "approved", fields, "sign"


def _sentence(proposal: Proposal, rows: Sequence[Earlier], now: datetime) -> str:
    """“Signed 4 of the last 5 for this vendor; the last signed was EUR 1,208.40 on 3 November.”"""
    who = next((name for name in reading.PARTIES if proposal.arguments.get(name) == proposal.party), "")
    who = "recipient" if who in ("", "to") else wording.label(who).lower()
    signed = [row for row in rows if row.signed]
    head = f"Signed {len(signed)} of the last {len(rows)} for this {who}"
    if len(rows) == 1:
        head = f"The one before for this {who} was {'signed' if signed else 'not signed'}"
    last = signed[0] if signed else None
    if last is None or not last.amount:
        return f"{head}."
    day = timezone.localtime(last.settled_at)
    year = f" {day.year}" if day.year != timezone.localtime(now).year else ""
    return f"{head}; the last signed was {last.amount} on {day.day} {day:%B}{year}."
