"""The figures of `earning`, in lines that can be read without knowing how they came about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from approvals.lanes import ladder
from approvals.statistics import bounds, sprt
from tests import complaints, shared_data
from tests.bench import earning
from tests.complaints import Proposed
from tests.measure_receipts import Outcome, judge

LIMITS = (0.02, 0.05, 0.10, 0.15, 0.20)
READ = ("total", "all three")


@dataclass(frozen=True)
class Lane:
    """Proposals, and the limit at which their lane is walked."""

    proposed: Proposed
    limit: float

    @property
    def plan(self) -> sprt.Plan:
        """As the limit has it."""
        return ladder.step_up(Decimal(str(self.limit)))


def readings(outcomes: Sequence[Outcome], field: str) -> Proposed:
    """What the workflow read from receipts, as proposals about one field or all of them."""
    scores = [outcome.confidence[field] for outcome in outcomes]
    right = [
        outcome.all_three if field == "all three" else bool(outcome.right[field]) for outcome in outcomes
    ]
    return Proposed(f"receipts, {field}", np.array(scores, dtype=float), np.array(right))


def report() -> Iterator[str]:
    """Calibration, thresholds, and a lane's way up and down, for each set that is on this machine."""
    if complaints.is_here():
        answers = complaints.proposals()
        for proposed in answers:
            yield calibration(proposed)
        for limit in LIMITS:
            yield threshold(answers[0], limit)
        yield from watched(Lane(answers[0], 0.15))
        yield f"  the same with {earning.ORDERS} other halves: {repeated(answers[0], 0.15)}"
    if shared_data.is_here():
        outcomes = [judge(receipt) for receipt in shared_data.labelled_receipts()]
        for field, limit in zip(READ, (0.02, 0.05), strict=True):
            proposed = readings(outcomes, field)
            yield calibration(proposed)
            for tried in LIMITS[:3]:
                yield threshold(proposed, tried)
            yield from watched(Lane(proposed, limit))


def calibration(proposed: Proposed) -> str:
    """Stated against measured, before and after."""
    told = earning.calibrated(*earning.halves(proposed))
    ece, brier = (f"{before:.3f} → {after:.3f}" for before, after in (told.ece, told.brier))
    return (
        f"{proposed.name:24}{proposed.right.mean():6.1%} right   ECE {ece} (chance alone {told.chance:.3f})"
        f"   Brier {brier}   n {told.n}, {told.method}"
    )


def threshold(proposed: Proposed, limit: float) -> str:
    """A limit, and what half of the labels can prove about it."""
    return f"  at most {limit:.0%} wrong: {earning.automated(*earning.halves(proposed), limit).words}"


def repeated(proposed: Proposed, limit: float) -> str:
    """How often another half, by itself, shows that a threshold breaks its promise: proof needs a bound."""
    told = [earning.automated(*earning.halves(proposed, seed), limit) for seed in range(earning.ORDERS)]
    found = [one for one in told if one.threshold is not None]
    broken = sum(bounds.lower(one.errors, one.n) > limit for one in found)
    share = np.mean([one.coverage for one in told])
    return f"a threshold in {len(found)}, mean coverage {share:.0%}, promise seen broken in {broken}"


def watched(lane: Lane) -> Iterator[str]:
    """The lane on its way up, and down again after a drift."""
    learnt, judged = earning.halves(lane.proposed)
    found = earning.automated(learnt, judged, lane.limit)
    if found.threshold is None:
        return
    region, plan = judged.part(judged.scores >= found.threshold), lane.plan
    drift = plan.p1 - plan.p0
    told = earning.watch(region, plan, drift)
    yield (
        f"  audited by lot at {found.threshold:.3f} and above ({plan.p0:.1%} good, {plan.p1:.1%} bad): promoted in"
        f" {told.promoted:.0%} of {earning.ORDERS} orders, stopped in {told.stopped:.0%}, after"
        f" {told.to_verdict:.0f} audits"
    )
    yield (
        f"  then {drift:.0%} more come out wrong: alarm after {told.to_alarm:.0f} audits, in nine of ten orders within"
        f" {told.nine_of_ten:.0f}; in peace as many audits alarm in {told.false:.0%}"
    )
