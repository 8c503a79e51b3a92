"""Counts of one stretch of time, by measure and key, that can be asked for sums, shares and quantiles."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from runs.figures import histograms, measures
from runs.figures.shares import Share

OUTCOMES = (
    *measures.ANSWERED,
    measures.BY_POLICY,
    measures.BLOCKED,
    measures.EXPIRED,
)  # each proposal has one


class Tally:
    """What was counted; nothing, until it is added."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.amounts: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def add(self, measure: str, key: str, count: int, amount: Decimal) -> None:
        self.counts[measure][key] += count
        self.amounts[measure][key] += amount

    def n(self, measure: str, keys: Iterable[str] | None = None) -> int:
        """How many, of these keys or of all."""
        found = self.counts[measure]
        return sum(found.values()) if keys is None else sum(found[key] for key in keys)

    def total(self, measure: str) -> Decimal:
        """The amounts of every key together. Not for money: currencies are never added."""
        return sum(self.amounts[measure].values(), Decimal(0))

    def quantile(self, measure: str, share: float) -> float | None:
        """Milliseconds; None where nothing was measured."""
        return histograms.quantile(self.counts[measure], share)

    @property
    def errors(self) -> Share:
        """Runs that failed, of those that ended."""
        return Share(self.n(measures.RUN, ["failed"]), self.n(measures.RUN))

    @property
    def escalations(self) -> Share:
        """Proposals that went to exceptions: a gate stopped them, or a reviewer handed them over."""
        return Share(self.n(measures.PROPOSAL, measures.ESCALATED), self.n(measures.PROPOSAL, OUTCOMES))

    @property
    def overrides(self) -> Share:
        """Answers of people that wanted something else than was proposed: an edit, or a no."""
        answered = self.n(measures.PROPOSAL, measures.ANSWERED)
        return Share(self.n(measures.PROPOSAL, measures.OVERRIDDEN), answered)

    @property
    def accuracy(self) -> Share:
        """Answers of people that signed what was proposed as it stood."""
        answered = self.n(measures.PROPOSAL, measures.ANSWERED)
        return Share(self.n(measures.PROPOSAL, [measures.APPROVED]), answered)

    @property
    def looked_again(self) -> Share:
        """What was right of what was looked at again afterwards, in audits and samples."""
        return Share(self.n(measures.JUDGED, ["right"]), self.n(measures.JUDGED))

    @property
    def written(self) -> int:
        """Writes that are in their targets, reversals aside."""
        return self.n(measures.WRITE, measures.WRITTEN)

    def currencies(self) -> list[str]:
        """In which something was spent, the most frequent first."""
        counts = self.counts[measures.COST]
        return sorted(counts, key=lambda key: (-counts[key], key))
