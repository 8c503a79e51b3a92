"""How many failures of a case are too many in one hour, from the hours of the last seven days. Pure.

The limits are those that Sentry publishes for its escalating issues (``escalating_issues_alg``): the larger of

* a spike: the average, the hours of the same weekday counting twice, and above it five standard deviations, as a
  multiple of the plain average that is no less than 5 and no more than 8;
* a burst: the worst hour times ``5·e^(−0.65·cv)``, which is no less than 2 and no more than 5; ``cv`` is the standard
  deviation in averages: what always comes in bursts needs a smaller one to be unusual.

What is younger than seven days is too much at ten times its worst hour.
"""

from collections.abc import Sequence
from math import exp
from statistics import mean, stdev

HOURS = 7 * 24
YOUNG = 10  # times the worst hour
DEVIATIONS, LEAST_SPIKE, MOST_SPIKE = 5, 5, 8
BURST, DECAY, LEAST_BURST = 5, 0.65, 2


def limit(hours: Sequence[int], *, known: int, today: int = 0) -> float | None:
    """Failures an hour. ``hours`` are the last 168, newest first; ``known`` how many of them the case has existed, and
    ``today`` how many of them are of this day. None where nothing failed in any of them: then nothing is usual.
    """
    worst = max(hours, default=0)
    if not worst:
        return None
    if known < HOURS:
        return float(YOUNG * worst)
    average, deviation = mean(hours), stdev(hours)
    weights = [2 if number < today or number >= HOURS - 24 + today else 1 for number in range(len(hours))]
    weighted = sum(count * weight for count, weight in zip(hours, weights, strict=True)) / sum(weights)
    spike = min(max((average + DEVIATIONS * deviation) / average, LEAST_SPIKE), MOST_SPIKE)
    burst = min(max(LEAST_BURST, BURST * exp(-DECAY * deviation / average)), BURST)
    return max(weighted + spike * average, worst * burst)
