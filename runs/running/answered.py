"""What the gates and people said to a proposal, as rows of the waterfall."""

from collections.abc import Sequence
from datetime import datetime

from approvals import decisions, gates, wording
from approvals.models import Decision, Proposal
from approvals.models.decision import Verdict
from approvals.models.proposal import OPEN
from runs.running.bar import Bar, fact

RULED = {
    gates.ALLOW: "every gate allows it",
    gates.ASK: "the gates ask people",
    gates.BLOCK: "the gates block it",
}
STATES = {gates.ALLOW: "approved", gates.ASK: "pending", gates.BLOCK: "failed"}
SAID = {Verdict.APPROVE: "signed", Verdict.EDIT: "changed it and signed", Verdict.REJECT: "rejected it",
        Verdict.HAND_OVER: "handed it to exceptions"}  # fmt: skip
TONES = {
    Verdict.APPROVE: "approved",
    Verdict.EDIT: "approved",
    Verdict.REJECT: "failed",
    Verdict.HAND_OVER: "unknown",
}


def bars(proposal: Proposal, answers: Sequence[Decision], depth: int, now: datetime) -> list[Bar]:
    """The gates' ruling, the wait for people, and each answer."""
    found = [_gates(proposal, depth)]
    people = [row for row in answers if not row.by_policy]
    if people or (proposal.state in OPEN and proposal.ruling != gates.BLOCK):
        found.append(_wait(proposal, people, depth, now))
    return found + [_answer(row, depth) for row in answers]


def _gates(proposal: Proposal, depth: int) -> Bar:
    at = proposal.created_at
    rulings = sorted(proposal.rulings, key=lambda one: one["ruling"] == gates.ALLOW)
    stops = [one for one in rulings if one["ruling"] != gates.ALLOW]
    facts = [fact(wording.label(str(one["gate"])), f"{one['ruling']}: {one['reason']}") for one in stops]
    facts.append(fact("Allowed by", wording.counted(len(rulings) - len(stops), "gate")))
    return Bar(
        id=f"gates-{proposal.pk.hex}", name="Gates", icon="shield", note=RULED.get(proposal.ruling, ""),
        state=STATES.get(proposal.ruling, ""), begins=at, ends=at, timed=False, depth=depth, facts=facts,
    )  # fmt: skip


def _wait(proposal: Proposal, people: Sequence[Decision], depth: int, now: datetime) -> Bar:
    begins = proposal.created_at
    last = people[-1].decided_at if people else proposal.settled_at or now
    return Bar(
        id=f"wait-{proposal.pk.hex}", name="Review", icon="clock", waits=True, depth=depth, state="pending",
        note="waits for people" if proposal.state in OPEN else "waited for people",
        begins=begins, ends=max(last, begins),
    )  # fmt: skip


def _answer(row: Decision, depth: int) -> Bar:
    verdict = Verdict(row.verdict)
    who = row.reviewer.get_username() if row.reviewer else "The policy"
    said = "let it pass" if row.by_policy else SAID[verdict]
    facts = [
        fact("Changed", wording.listed([wording.label(name) for name in row.changed_fields])),
        fact("Reason", decisions.REASONS.get(row.reason_code, "")),
        fact("Digest signed", row.digest) | {"mono": True},
    ]
    return Bar(
        id=f"answer-{row.pk}", name=who, icon="auto" if row.by_policy else "person", note=said, state=TONES[verdict],
        begins=row.decided_at, ends=row.decided_at, timed=False, depth=depth, facts=facts,
    )  # fmt: skip
