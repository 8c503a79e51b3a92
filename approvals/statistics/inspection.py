"""A week's sample as an inspection plan: ISO 2859-1, level II, AQL 1 %, and its clause 9 on switching.

It is a rhythm and a rule for switching, not a proof: a plan protects the producer, and a week that passes does not
show that the rate is 1 %. `Plan.accepted_at` says what a plan really promises; the claim is the running bound.
"""

from dataclasses import dataclass, replace

from scipy.special import bdtr, betaincinv

NORMAL, TIGHTENED, REDUCED, STOPPED = "normal", "tightened", "reduced", "stopped"
SCORE_FOR_REDUCED = 30


@dataclass(frozen=True)
class Plan:
    """Look at ``n`` of the lot and accept it with at most ``accept`` wrong."""

    n: int
    accept: int

    def chance(self, rate: float) -> float:
        """How often a lot with this true error rate is accepted (binomial)."""
        return float(bdtr(self.accept, self.n, rate))

    def accepted_at(self, chance: float) -> float:
        """The true error rate at which a lot is accepted with this chance."""
        return 1 - float(betaincinv(self.n - self.accept, self.accept + 1, chance))


# From this lot size on: code letter, and the plan of each severity at AQL 1 %. Where the table has an arrow, the plan
# it leads to stands here. Reduced plans as ANSI Z1.4 has them; what falls into their gap counts as failed.
LETTERS = (
    (3_201, "L", {NORMAL: Plan(200, 5), TIGHTENED: Plan(200, 3), REDUCED: Plan(80, 2)}),
    (1_201, "K", {NORMAL: Plan(125, 3), TIGHTENED: Plan(125, 2), REDUCED: Plan(50, 1)}),
    (501, "J", {NORMAL: Plan(80, 2), TIGHTENED: Plan(80, 1), REDUCED: Plan(32, 1)}),
    (281, "H", {NORMAL: Plan(50, 1), TIGHTENED: Plan(80, 1), REDUCED: Plan(20, 0)}),
    (0, "E", {NORMAL: Plan(13, 0), TIGHTENED: Plan(20, 0), REDUCED: Plan(5, 0)}),
)


def letter(lot: int) -> str:
    """The code letter of a lot of this size; what is smaller than 281 goes by E."""
    return next(name for least, name, _ in LETTERS if lot >= least)


def plan(lot: int, severity: str, most: int | None = None) -> Plan:
    """The plan for a lot, or the largest smaller one that looks at no more than ``most``. Stopped goes by tightened."""
    asked = TIGHTENED if severity == STOPPED else severity
    fitting = [plans[asked] for least, _, plans in LETTERS if lot >= least]
    return next((one for one in fitting if most is None or one.n <= most), fitting[-1])


@dataclass(frozen=True)
class Switching:
    """How severely the next lot is looked at, and what that rests on; all counts begin anew with each severity."""

    severity: str = NORMAL
    recent: tuple[bool, ...] = ()  # whether each of the last five lots passed, oldest first
    passed_in_a_row: int = 0
    failed: int = 0  # under tightened, in all
    score: int = 0  # the switching score, under normal


def after(state: Switching, lot: Plan, wrong: int) -> Switching:
    """The state after one more lot, judged by its plan with ``wrong`` errors."""
    if state.severity == STOPPED:
        return state
    passed = wrong <= lot.accept
    state = replace(
        state,
        recent=(*state.recent, passed)[-5:],
        passed_in_a_row=state.passed_in_a_row + 1 if passed else 0,
        failed=state.failed + (not passed),
        score=_score(state.score, lot, wrong),
    )
    return Switching(severity) if (severity := _next(state, passed)) != state.severity else state


def resumed(state: Switching) -> Switching:
    """A person put right what had stopped it: inspection goes on, tightened."""
    return Switching(TIGHTENED) if state.severity == STOPPED else state


def _score(score: int, lot: Plan, wrong: int) -> int:
    """Clause 9.3.3: three for a lot that would pass one step tighter, two with no such step, nought otherwise."""
    if lot.accept >= 2:
        return score + 3 if wrong <= lot.accept - 1 else 0
    return score + 2 if wrong <= lot.accept else 0


def _next(state: Switching, passed: bool) -> str:
    if state.severity == NORMAL and state.recent.count(False) >= 2:
        return TIGHTENED
    if state.severity == NORMAL and state.score >= SCORE_FOR_REDUCED:
        return REDUCED
    if state.severity == TIGHTENED and state.failed >= 5:
        return STOPPED
    if state.severity == TIGHTENED and state.passed_in_a_row >= 5:
        return NORMAL
    return NORMAL if state.severity == REDUCED and not passed else state.severity
