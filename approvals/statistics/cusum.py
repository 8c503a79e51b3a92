"""Bernoulli CUSUM: an alarm when errors come faster than they did (Page 1954; Reynolds and Stoumbos 1999)."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from approvals.statistics import sprt


@dataclass(frozen=True)
class Plan:
    """``p0`` is the rate in peace, ``p1`` the one to be found soon, ``h`` the height of the alarm."""

    p0: float = 0.01
    p1: float = 0.03
    h: float = 3.5

    @property
    def steps(self) -> tuple[float, float]:
        """What an error adds, and what a right one takes."""
        test = sprt.Plan(self.p0, self.p1)
        return test.on_error, test.on_right


def step(plan: Plan, total: float, wrong: bool) -> float:
    """The sum after one more label; it never falls below nought, so old peace buys no credit."""
    on_error, on_right = plan.steps
    return max(0.0, total + (on_error if wrong else on_right))


def alarmed(plan: Plan, total: float) -> bool:
    """Whether the sum has reached the alarm."""
    return total >= plan.h


@cache
def expected_length(plan: Plan, rate: float) -> float:
    """About how many labels pass before the alarm, at a true error ``rate``, from a sum of nought.

    The sum as a Markov chain on a grid whose mesh is the step down, so that an error goes up a whole number of meshes;
    within some percent of a simulation. What is solved is (I - Q) lengths = 1, Q the moves that raise no alarm.
    """
    on_error, on_right = plan.steps
    up, height = round(on_error / -on_right), int(np.ceil(plan.h / -on_right))
    places = np.arange(height)
    stays = np.zeros((height, height))
    stays[places, np.maximum(places - 1, 0)] += 1 - rate
    risen = places + up
    stays[places[risen < height], risen[risen < height]] += rate
    return float(np.linalg.solve(np.eye(height) - stays, np.ones(height))[0])
