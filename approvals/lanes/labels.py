"""What people found about a proposal, kept as a label of its lane, once for each way they came to look."""

from datetime import datetime
from typing import Any

from approvals import gates
from approvals.models import Decision, LaneLabel, Proposal
from approvals.models.decision import Verdict
from approvals.models.label import Region, Source

_NOT_COUNTED = {"confidence", "rollout stage"}  # what a lane earns is to pass these two


def record(
    *,
    proposal: Proposal,
    wrong: bool,
    source: str,
    region: str,
    now: datetime,
    probability: float = 1.0,
    judges: int = 1,
    by: int | None = None,
) -> LaneLabel | None:
    """Keep a finding, or bring the earlier one of that source up to date. In the caller's transaction.

    None, and nothing is kept, for drills, for reversals and for what a person proposed: no agent stands behind those.
    """
    if proposal.drill or proposal.reverses is not None or proposal.proposed_by_id is not None:
        return None
    found: dict[str, Any] = {
        "lane_id": proposal.lane_id, "agent_version": proposal.agent_version, "score": _share(proposal.confidence),
        "calibrated": _share(proposal.confidence_calibrated), "wrong": wrong, "probability": probability,
        "eligible": eligible(proposal), "judges": judges, "by_id": by, "judged_at": now,
    }  # fmt: skip
    [label] = LaneLabel.objects.bulk_create(
        [LaneLabel(proposal=proposal, source=source, region=region, **found)],
        update_conflicts=True,
        unique_fields=["proposal", "source", "region"],
        update_fields=[name.removesuffix("_id") for name in found],
    )
    return label


def of_decision(*, proposal: Proposal, decision: Decision, now: datetime) -> None:
    """A reviewer's answer settled it: right as the agent sent it, or wrong. What was handed over says neither."""
    if decision.verdict == Verdict.HAND_OVER:
        return
    rejected = decision.verdict == Verdict.REJECT
    record(
        proposal=proposal, wrong=rejected or _edited(proposal, decision), source=Source.DECISION, now=now,
        region=Region.REVIEWED, judges=1 if rejected else proposal.quorum, by=decision.reviewer_id,
    )  # fmt: skip


def _edited(proposal: Proposal, decision: Decision) -> bool:
    """By this answer or by one before it: what was edited once stays on the table."""
    if decision.verdict == Verdict.EDIT:
        return True
    others = proposal.round > 1 or proposal.quorum > 1
    return others and proposal.decisions.filter(verdict=Verdict.EDIT).exists()


def withdraw(*, proposal: Proposal) -> None:
    """The question is put again: the earlier answer is no finding any more. In the caller's transaction."""
    LaneLabel.objects.filter(proposal=proposal, source=Source.DECISION).delete()


def eligible(proposal: Proposal) -> bool:
    """Whether it is of the kind that may pass by itself, and was put to people for no other reason than that the lane
    puts everything to them. Only such items, unselected, may choose a threshold.
    """
    told = {ruling["gate"]: ruling for ruling in proposal.rulings}
    stage = told.get("rollout stage", {}).get("measured")
    return stage in gates.DEFERS_TO_A_PERSON and others_allow(proposal.rulings)


def others_allow(rulings: list[dict[str, Any]]) -> bool:
    """Whether every gate but those of confidence and stage let it pass: then those two alone decide."""
    return all(one["ruling"] == gates.ALLOW for one in rulings if one["gate"] not in _NOT_COUNTED)


def _share(value: Any) -> float | None:
    return None if value is None else float(value)
