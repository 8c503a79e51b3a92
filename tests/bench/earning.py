"""What agents would have earned on real answers with known truth: nothing is fitted on what it is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from approvals.statistics import bounds, calibration, cusum, sequence, sprt
from tests.complaints import Proposed

ORDERS = 200
PATIENCE = 20_000  # audited items


@dataclass(frozen=True)
class Calibrated:
    """ECE and Brier score on ``n`` items the curve was not fitted on; ``chance`` is the ECE no calibration beats."""

    n: int
    method: str
    ece: tuple[float, float]
    brier: tuple[float, float]
    chance: float


@dataclass(frozen=True)
class Automated:
    """A threshold from one half, and what the other half shows above it: ``n`` items, ``errors`` of them wrong."""

    limit: float
    threshold: float | None
    labels: int
    coverage: float
    n: int
    errors: int

    @property
    def words(self) -> str:
        if self.threshold is None:
            return "no threshold: these labels prove no such rate anywhere"
        rate, high = self.errors / max(1, self.n), bounds.upper(self.errors, self.n)
        return (
            f"at {self.threshold:.3f}; the other half: {self.coverage:.0%} would pass, {self.errors} of {self.n}"
            f" wrong ({rate:.1%}, at most {high:.1%})"
        )


def halves(all_of: Proposed, seed: int = 2026) -> tuple[Proposed, Proposed]:
    """One to learn from, one to judge by."""
    order = np.random.default_rng(seed).permutation(len(all_of.scores))
    middle = len(order) // 2
    return all_of.part(order[:middle]), all_of.part(order[middle:])


def calibrated(learnt: Proposed, judged: Proposed) -> Calibrated:
    """A curve from one half, tried on the other."""
    curve = calibration.fit(learnt.scores, learnt.right)
    told = np.array([curve.apply(score) for score in judged.scores])
    pairs = [(measure(judged.scores, judged.right), measure(told, judged.right))
             for measure in (calibration.ece, calibration.brier)]  # fmt: skip
    return Calibrated(len(told), curve.method, *pairs, calibration.chance_ece(told)[0])


def automated(learnt: Proposed, judged: Proposed, limit: float) -> Automated:
    """The threshold one half proves, and what it does to the other."""
    found = sequence.threshold(learnt.scores, ~learnt.right, limit)
    above = judged.scores >= (np.inf if found.threshold is None else found.threshold)
    wrong = int((~judged.right[above]).sum())
    share = float(above.mean()) if found.threshold is not None else 0.0
    return Automated(limit, found.threshold, len(learnt.scores), share, int(above.sum()), wrong)


@dataclass(frozen=True)
class Watched:
    """A lane walked many times in other orders: the share promoted and stopped, and audited items to either.

    Then, after a drift, audited items to the alarm, and the share that had raised one in as many items of peace.
    """

    promoted: float
    stopped: float
    to_verdict: float
    to_alarm: float
    nine_of_ten: float
    false: float


def watch(region: Proposed, plan: sprt.Plan, extra: float, seed: int = 7) -> Watched:
    """Audit a region in many random orders; afterwards a share ``extra`` of what was right comes out wrong."""
    chance, ends, lengths, alarms, false = np.random.default_rng(seed), [], [], [], []
    for _ in range(ORDERS):
        verdict, n = _walked(_errors(region, chance, 0.0), plan)
        ends, lengths = [*ends, verdict], [*lengths, n]
        alarms.append(_alarmed(_errors(region, chance, extra), plan))
        false.append(_alarmed(_errors(region, chance, 0.0), plan))
    late = float(np.median(alarms))
    shares = [ends.count(verdict) / ORDERS for verdict in (sprt.PROMOTE, sprt.STOP)]
    return Watched(
        *shares,
        float(np.median(lengths)),
        late,
        float(np.quantile(alarms, 0.9)),
        float(np.mean(np.array(false) <= late)),
    )


def _errors(region: Proposed, chance: np.random.Generator, extra: float) -> Iterator[bool]:
    drawn = chance.integers(len(region.right), size=PATIENCE)
    return iter(~region.right[drawn] | (chance.random(PATIENCE) < extra))


def _walked(errors: Iterator[bool], plan: sprt.Plan) -> tuple[str, int]:
    state = sprt.Walk()
    while sprt.verdict(plan, state.total) == sprt.GO_ON:
        state = sprt.walk(plan, state, next(errors))
    return sprt.verdict(plan, state.total), state.n


def _alarmed(errors: Iterator[bool], plan: sprt.Plan) -> int:
    watched, total = cusum.Plan(plan.p0, plan.p1), 0.0
    for n, wrong in enumerate(errors, start=1):
        total = cusum.step(watched, total, wrong)
        if cusum.alarmed(watched, total):
            return n
    return PATIENCE
