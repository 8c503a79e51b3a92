"""Where a week's sample looks, how much there, and with which chance anything was drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, prod

UNIFORM, AMOUNT, CLOSE, FRESH, PEOPLE, RUNS = "uniform", "amount", "close", "fresh", "people", "runs"
SHARES = {UNIFORM: 0.50, AMOUNT: 0.20, CLOSE: 0.15, FRESH: 0.10, PEOPLE: 0.05}
AUTOMATED = (UNIFORM, AMOUNT, CLOSE, FRESH)  # parts of one region; the others are regions of their own
WORDS = {
    UNIFORM: "Any that passed by policy",
    AMOUNT: "The dearest tenth",
    CLOSE: "Just above the line",
    FRESH: "Vendors and recipients never met before",
    PEOPLE: "Approved by a person",
    RUNS: "Runs",
}
MOST_UNIFORM = 50  # a week asks for at most about a hundred judgements
RUNS_DRAWN = 20
TWICE = 10  # every so many are judged by two people in any case


@dataclass(frozen=True)
class Frame:
    """How many there were to draw from, and how many were drawn."""

    size: int
    drawn: int

    @property
    def chance(self) -> float:
        return self.drawn / self.size if self.size else 0.0


def wanted(uniform: int) -> dict[str, int]:
    """How many to draw by stratum, the uniform half given."""
    return {name: ceil(uniform * share / SHARES[UNIFORM] - 1e-9) for name, share in SHARES.items()}


def inclusion(strata: Iterable[str], frames: dict[str, Frame]) -> float:
    """The chance to be drawn through any of the strata one lies in, each drawn by its own lot: 1 - product(1 - n/N)."""
    return 1 - prod(1 - frames[name].chance for name in strata)
