"""What is measured for a threshold now, what it is held against, and whether that is an alarm or calm.

Shares are held against their limit with Wilson's interval at 95 %: an alarm is one that chance does not explain, and it
calms when the measured share itself is within the limit again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from approvals.hours import Hours
from runs.figures import measures
from runs.figures.reading import Slice
from runs.figures.shares import Share
from runs.figures.tallies import Tally
from runs.models import Grain, Run, Threshold
from runs.models.threshold import Watch

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
USUAL, USUAL_LEAST = 29 * DAY, 20  # four weeks, ending with the day before
MEASURES = {
    Watch.ERROR_RATE: (measures.RUN,), Watch.ACCURACY: (measures.PROPOSAL, measures.JUDGED),
    Watch.ESCALATION: (measures.PROPOSAL,), Watch.LATENCY: (measures.RUN_MS,), Watch.SPEND: (measures.COST,),
}  # fmt: skip
MIDNIGHT, LAST = time(0), time(23, 59, 59, 999999)


@dataclass(frozen=True)
class Reading:
    """``value`` and ``limit`` in the unit watched, None where nothing can be said; ``n`` is how many it is of."""

    value: float | None
    limit: float | None
    n: int
    alarming: bool
    calm: bool


def take(threshold: Threshold, now: datetime) -> Reading:
    """Measure what the threshold watches."""
    since = now - threshold.hours * HOUR
    if threshold.watch == Watch.SILENCE:
        return _silence(threshold, now)
    tally = tallied(threshold, Grain.HOUR, since, now + HOUR)  # the hour that has begun, too
    if threshold.watch == Watch.ESCALATION:
        usual = tallied(threshold, Grain.DAY, since - USUAL, since - DAY)  # days that were over by then
        return _escalation(threshold, tally.escalations, usual.escalations)
    return judged(threshold, tally)


def judged(threshold: Threshold, tally: Tally) -> Reading:
    """Hold the figures of a stretch of time against a threshold that needs no others."""
    limit = float(threshold.limit)
    if threshold.watch == Watch.ERROR_RATE:
        return _share(threshold, tally.errors, limit, below=False)
    if threshold.watch == Watch.ACCURACY:
        return _accuracy(threshold, tally, limit)
    if threshold.watch == Watch.SPEND:
        spent = float(tally.amounts[measures.COST][threshold.currency])
        runs = tally.counts[measures.COST][threshold.currency]
        return Reading(spent, limit, runs, spent > limit, spent <= limit)
    p95, n = tally.quantile(measures.RUN_MS, 0.95), tally.n(measures.RUN_MS)
    if p95 is None:
        return Reading(None, limit, 0, alarming=False, calm=True)
    seconds = p95 / 1000
    return Reading(seconds, limit, n, seconds > limit and n >= threshold.least, seconds <= limit)


def tallied(threshold: Threshold, grain: Grain, since: datetime, until: datetime) -> Tally:
    """The figures it watches; the hour in which ``since`` lies is left out."""
    tally = Tally()
    rows = Slice(threshold.workflow).rows(threshold.workspace, grain, since, until)
    rows = rows.filter(measure__in=MEASURES[Watch(threshold.watch)])
    for told in rows.values_list("measure", "key", "count", "amount"):
        tally.add(*told)
    return tally


def _accuracy(threshold: Threshold, tally: Tally, limit: float) -> Reading:
    """Of what people answered and of what was looked at again, each by itself: two regions make no one rate. Either may
    alarm; both have to be calm.
    """
    both = [
        _share(threshold, share, limit, below=True)
        for share in (tally.accuracy, tally.looked_again)
        if share.n
    ]
    if not both:
        return _share(threshold, tally.accuracy, limit, below=True)
    worst = min(both, key=lambda one: (not one.alarming, one.value))
    return replace(worst, calm=all(one.calm for one in both))


def _share(threshold: Threshold, share: Share, limit: float, *, below: bool) -> Reading:
    low, high = (100 * end for end in share.interval)
    enough = share.n >= threshold.least
    if share.rate is None:  # where nobody answers any more, nobody knows that it is right again
        return Reading(None, limit, 0, alarming=False, calm=not below)
    value = 100 * share.rate
    alarming = high < limit if below else low > limit
    return Reading(value, limit, share.n, alarming and enough, value >= limit if below else value <= limit)


def _escalation(threshold: Threshold, share: Share, usual: Share) -> Reading:
    """Percent that went to exceptions, against so many times what usually does."""
    value = 100 * share.rate if share.rate is not None else None
    if usual.rate is None or usual.n < USUAL_LEAST:
        return Reading(value, None, share.n, alarming=False, calm=True)
    limit = 100 * usual.rate * float(threshold.limit)
    alarming = share.k >= threshold.least and 100 * share.interval[0] > limit
    return Reading(value, limit, share.n, alarming, value is None or value <= limit)


def _silence(threshold: Threshold, now: datetime) -> Reading:
    """Hours since a run began, counted on working days only where that is said."""
    runs = Run.objects.filter(workspace=threshold.workspace, workflow=threshold.workflow)
    last = runs.order_by("-started_at").values_list("started_at", flat=True).first()
    since = max(last or threshold.set_at, threshold.set_at)
    hours = passed(threshold, since, now) / HOUR
    limit = float(threshold.limit)
    return Reading(hours, limit, int(last is not None), hours > limit, hours <= limit)


def passed(threshold: Threshold, since: datetime, until: datetime) -> timedelta:
    """The time that counts between two moments."""
    workspace = threshold.workspace
    if not threshold.working:
        return max(until - since, timedelta())
    days = Hours(workspace.timezone, frozenset(workspace.works_on), MIDNIGHT, LAST)
    return days.between(since, until)
