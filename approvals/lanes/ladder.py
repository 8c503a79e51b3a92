"""The ladder itself: its rungs and their numbers. Pure.

The promises by risk, the shares looked at again and the test plans are those of a staged rollout with exact bounds:
see ``approvals.statistics`` for where each formula comes from.

How errors are watched follows from what a lane promises. A sum that finds a treblement (p1 = 3 p0, as the research has
it) stands still where errors come at (p1 - p0) / ln(p1 / p0), to about a hundredth of that. This is put where the
promise ends: p0 = epsilon ln 3 / 2. So the sum rises while more are wrong than the lane may have wrong, and falls
otherwise; at 2 % p0 is 1.1 % and p1 3.3 %.
"""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from math import log

from approvals.models.lane import SHARE, Stage
from approvals.statistics import cusum, sprt

RUNGS = (Stage.SHADOW, Stage.ASSISTED, Stage.PARTIAL_10, Stage.PARTIAL_25, Stage.PARTIAL_50, Stage.FULL)
AUDITED = {Stage.PARTIAL_10: 0.20, Stage.PARTIAL_25: 0.10, Stage.PARTIAL_50: 0.05, Stage.FULL: 0.02}
PROMISES = {"low": Decimal("0.050"), "medium": Decimal("0.020"), "high": Decimal("0.010")}
TIMES = 3  # as often as in peace: to be found soon
HARMS = 2  # so many verified harms in one stay and the lane falls
LEAST_STAY = timedelta(days=14)  # on every rung where something passes by itself
JUDGED_WITHIN = timedelta(days=7)

_TRUST = {Stage.SHADOW: -1, Stage.ASSISTED: 0, Stage.PAUSED: 0} | SHARE


@cache
def step_up(epsilon: Decimal) -> sprt.Plan:
    """Wald's test for the next step of a lane that may have ``epsilon`` of what passes wrong."""
    peace = float(epsilon) * log(TIMES) / (TIMES - 1)
    return sprt.Plan(peace, TIMES * peace)


@cache
def drift(epsilon: Decimal) -> cusum.Plan:
    """The watch over such a lane."""
    test = step_up(epsilon)
    return cusum.Plan(test.p0, test.p1)


def trust(stage: str) -> int:
    """How much may pass unsigned, in percent; shadow, where nothing executes at all, is below none."""
    return _TRUST[Stage(stage)]


def passes(stage: str) -> bool:
    """Whether anything may pass by itself there."""
    return trust(stage) > 0


def next_up(stage: str) -> Stage | None:
    """The one rung a person may raise it to; from a pause back to where people sign everything."""
    if stage == Stage.PAUSED:
        return Stage.ASSISTED
    place = RUNGS.index(Stage(stage))
    return RUNGS[place + 1] if place + 1 < len(RUNGS) else None


def below(stage: str) -> tuple[Stage, ...]:
    """Where a person may put it without any proof. A shadow is not paused: in a pause, what people sign is written."""
    if stage == Stage.PAUSED:
        return (Stage.SHADOW,)
    lower = RUNGS[: RUNGS.index(Stage(stage))]
    return lower if stage == Stage.SHADOW else (*lower, Stage.PAUSED)


def may_fall(stage: str, to: str) -> bool:
    return Stage(to) in below(stage)


def words(stage: str) -> str:
    """A stage in a word or two: "partial 25 %"."""
    name = str(Stage(stage).label).partition(": ")[0]
    return f"{name} {SHARE[Stage(stage)]} %" if stage.startswith("partial") else name
