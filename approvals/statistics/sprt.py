"""Wald's sequential test: good enough for the next step, too often wrong, or not known yet.

After every label the likelihood of p1 against p0 grows by ln(p1/p0) for an error and by ln((1-p1)/(1-p0)) otherwise.
Above ln((1-beta)/alpha) the agent is no better than p1, below ln(beta/(1-alpha)) it is as good as p0 (Wald 1945).
"""

from dataclasses import dataclass, replace
from math import ceil, log

PROMOTE, STOP, GO_ON = "promote", "stop", "go on"


@dataclass(frozen=True)
class Plan:
    """``p0`` is a good rate, ``p1`` a bad one; a good agent is stopped with chance ``alpha``, a bad one let on
    with chance ``beta``.
    """

    p0: float = 0.01
    p1: float = 0.03
    alpha: float = 0.05
    beta: float = 0.10

    @property
    def on_error(self) -> float:
        return log(self.p1 / self.p0)

    @property
    def on_right(self) -> float:
        return log((1 - self.p1) / (1 - self.p0))

    @property
    def stop_at(self) -> float:
        return log((1 - self.beta) / self.alpha)

    @property
    def promote_at(self) -> float:
        return log(self.beta / (1 - self.alpha))

    @property
    def clean_run(self) -> int:
        """How many labels without an error promote."""
        return ceil(self.promote_at / self.on_right)

    def expected_length(self, good: bool) -> float:
        """About how many labels it takes, at p0 or at p1; Wald's formula, which neglects the overshoot."""
        rate, stopped = (self.p0, self.alpha) if good else (self.p1, 1 - self.beta)
        drift = rate * self.on_error + (1 - rate) * self.on_right
        return (stopped * self.stop_at + (1 - stopped) * self.promote_at) / drift


@dataclass(frozen=True)
class Walk:
    """Where a test stands after ``n`` labels."""

    total: float = 0.0
    n: int = 0
    errors: int = 0


def step(plan: Plan, total: float, wrong: bool) -> float:
    """The total after one more label."""
    return total + (plan.on_error if wrong else plan.on_right)


def walk(plan: Plan, state: Walk, wrong: bool) -> Walk:
    """One more label. A test that has come to a verdict stays where it is."""
    if verdict(plan, state.total) != GO_ON:
        return state
    return replace(
        state, total=step(plan, state.total, wrong), n=state.n + 1, errors=state.errors + bool(wrong)
    )


def verdict(plan: Plan, total: float) -> str:
    """ "promote", "stop" or "go on"."""
    if total >= plan.stop_at:
        return STOP
    return PROMOTE if total <= plan.promote_at else GO_ON
