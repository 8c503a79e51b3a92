"""What if: another stage, threshold or policy over what was proposed before. A rehearsal: nothing is changed."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from approvals import gates, gathering
from approvals.lanes import draws, findings, scoring
from approvals.models import Lane, LaneLabel, Policy, Proposal
from approvals.statistics import bounds

MOST = 1_000
_JUDGED_ANEW = {"confidence", "amount", "rollout stage"}


@dataclass(frozen=True)
class Question:
    """``share`` in percent of what the stage lets pass; None as a threshold: the lane's own; ``policy``: terms to
    judge amounts and the floor of confidence by.
    """

    share: int
    threshold: Decimal | None
    policy: Policy
    many: int = 200


@dataclass
class Answer:
    """Of ``seen`` proposals so many would have ``passed``; ``judged`` of those were found right or ``wrong``."""

    seen: int = 0
    passed: list[Proposal] = field(default_factory=list)
    judged: int = 0
    wrong: list[Proposal] = field(default_factory=list)
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    bound: float = 1.0
    limited: bool = False


def ask(*, lane: Lane, question: Question) -> Answer:
    """Over the latest proposals of the lane, at most `MOST`, each judged anew where stage, threshold and policy speak.

    What other gates ruled then stands. Without a calibrator nothing would pass, as in truth.
    """
    rows = Proposal.objects.filter(lane=lane, drill=False, reverses__isnull=True).order_by("-id")
    latest = list(rows[: min(question.many, MOST)])
    labels = _labels(latest)
    told = Answer(seen=len(latest), limited=len(latest) == min(question.many, MOST))
    for row in latest:
        if not _passes(row, lane, question):
            continue
        told.passed.append(row)
        if row.amount is not None:
            told.amounts[row.currency] += abs(row.amount)
        if row.pk in labels:
            told.judged += 1
            if labels[row.pk]:
                told.wrong.append(row)
    told.bound = bounds.upper(len(told.wrong), told.judged, float(lane.delta))
    return told


def _passes(row: Proposal, lane: Lane, question: Question) -> bool:
    others = [ruling for ruling in row.rulings if ruling["gate"] not in _JUDGED_ANEW]
    terms = gathering.terms(question.policy)
    proved = scoring.calibrated(lane, row.confidence)
    return (
        all(ruling["ruling"] == gates.ALLOW for ruling in others)
        and row.confidence is not None
        and row.confidence >= terms.confidence_floor
        and question.threshold is not None
        and proved is not None
        and proved >= question.threshold
        and gates.amount_ruling(terms, row.amount, row.currency).ruling == gates.ALLOW
        and draws.percent(lane, row.subject, row.arguments) < question.share
    )


def _labels(rows: list[Proposal]) -> dict[Any, bool]:
    """Whether each was found wrong, by the label that counts; harms too, for here nothing is estimated of others."""
    told = LaneLabel.objects.filter(proposal__in=[row.pk for row in rows])
    names = ("proposal_id", "wrong", "score", "probability", "eligible", "judged_at", "judges")
    return {one.proposal: one.wrong for one in findings.settled(told.values_list(*names))}
