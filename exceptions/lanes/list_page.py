"""All lanes, those that want somebody first."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from approvals import rail, wording
from approvals.lanes import cuts, ladder, overview
from approvals.lanes.criterion import percent
from approvals.lanes.overview import Standing
from approvals.models import Membership
from approvals.models.stay import Cause
from approvals.statistics import bounds
from exceptions.lanes import ladder_drawing

FELL_LATELY = timedelta(days=14)
BY_ITSELF = {Cause.CUSUM, Cause.HARM, Cause.DRIFT, Cause.BREAKER, Cause.GOLDEN}
UNEASY = 0.5  # of the way to the alarm


def read(member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``lanes/lanes.html``."""
    told = sorted(overview.of(member.workspace, now), key=lambda one: attention(one, now)[0])
    free = sum(ladder.passes(one.lane.stage) for one in told)
    return rail.around(member, now) | {
        "lines": [_line(one, member, now) for one in told],
        "free": free,
        "waiting": sum(one.waiting for one in told),
        "overdue": sum(one.overdue for one in told),
    }


def attention(one: Standing, now: datetime) -> tuple[int, str, str]:
    """How soon somebody should look, in words, and how loudly."""
    stay = one.stay
    if stay.cause in BY_ITSELF and now - stay.entered_at < FELL_LATELY:
        return 0, f"fell {wording.ago(now - stay.entered_at)}: {Cause(stay.cause).label}", "stop"
    if one.overdue:
        return 1, wording.counted(one.overdue, "audit") + " overdue", "stop"
    height = ladder.drift(one.lane.epsilon).h
    if ladder.passes(one.lane.stage) and stay.cusum >= UNEASY * height:
        return 2, f"errors come faster: {stay.cusum:.1f} of {height}", "ask"
    if one.waiting:
        return 3, wording.counted(one.waiting, "audit") + (" waits" if one.waiting == 1 else " wait"), "ask"
    if ladder.passes(one.lane.stage) and one.lane.threshold is None:
        return 3, "no threshold was earned, so people sign everything", "ask"
    if not ladder.passes(one.lane.stage) and one.lane.threshold is not None:
        return 4, "has a threshold that holds", "sign"
    return (5, "calm", "") if ladder.passes(one.lane.stage) else (6, "people sign everything", "")


def _line(one: Standing, member: Membership, now: datetime) -> dict[str, Any]:
    lane, (_, words, tone) = one.lane, attention(one, now)
    return {
        "agent": lane.agent.name,
        "version": lane.agent.version,
        "tool": wording.tool_title(lane.tool),
        "risk": lane.risk,
        "stage": ladder.words(lane.stage),
        "ladder": ladder_drawing.of(lane.stage),
        "url": reverse("lane", args=[member.workspace.slug, lane.pk]),
        "coverage": coverage(lane),
        "bound": _bound(one),
        "labels": f"{overview.LATEST:,}+" if one.labels >= overview.LATEST else f"{one.labels:,}",
        "wrong": one.wrong,
        "since": lane.counts_from_at,
        "words": words,
        "tone": tone,
    }


def coverage(lane: Any) -> str:
    """The share of its proposals expected to reach the threshold; empty without one."""
    chosen = cuts.in_force(lane)
    return f"about {percent(chosen['coverage'], 0)}" if chosen else ""


def _bound(one: Standing) -> str:
    """The most that may be wrong of what passed by itself in this stay, by its audits alone."""
    if not one.stay.audited:
        return ""
    bound = bounds.upper(one.stay.wrong, one.stay.audited, float(one.lane.delta))
    return f"at most {percent(bound)} ({one.stay.wrong} of {one.stay.audited})"
