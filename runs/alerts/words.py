"""Thresholds and what is measured for them, said."""

from approvals import wording
from runs.alerts.readings import Reading
from runs.figures import spoken
from runs.figures.shares import percent
from runs.models import Threshold
from runs.models.threshold import Watch

TITLES = {
    Watch.ERROR_RATE: "Error rate",
    Watch.ACCURACY: "Accuracy",
    Watch.ESCALATION: "Escalation",
    Watch.LATENCY: "Latency, p95",
    Watch.SPEND: "Spend",
    Watch.SILENCE: "Silence",
}


def title(threshold: Threshold) -> str:
    return TITLES[Watch(threshold.watch)]


def rule(threshold: Threshold) -> str:
    """ "above 5 % in 24 hours, of 5 or more"."""
    figure = f"{threshold.limit.normalize():f}"
    back = f"in {wording.counted(threshold.hours, 'hour')}"
    match threshold.watch:
        case Watch.ERROR_RATE:
            return f"above {figure} % {back}, of {threshold.least} runs or more"
        case Watch.ACCURACY:
            return f"below {figure} % {back}, of {threshold.least} answers, or second looks, or more"
        case Watch.ESCALATION:
            return f"above {figure} times the usual {back}, of {threshold.least} proposals or more"
        case Watch.LATENCY:
            return f"above {figure} s {back}, of {threshold.least} runs or more"
        case Watch.SPEND:
            return f"above {wording.money(figure, threshold.currency)} {back}"
    return f"none for {figure} hours{' of working days' if threshold.working else ''}"


def figure(threshold: Threshold, value: float | None) -> str:
    """One measured number in its unit."""
    if value is None:
        return "–"
    match threshold.watch:
        case Watch.LATENCY:
            return spoken.length(1000 * value)
        case Watch.SPEND:
            return spoken.money(value, threshold.currency)
        case Watch.SILENCE:
            return f"{value:.1f} h"
    return percent(value / 100)


def basis(threshold: Threshold, seen: Reading) -> str:
    """What the number rests on."""
    match threshold.watch:
        case Watch.SILENCE:
            return "since the last run began" if seen.n else "no run yet: counted since it was set"
        case Watch.ACCURACY:
            return f"of {wording.counted(seen.n, 'answer or second look', 'answers or second looks')}"
        case Watch.ESCALATION:
            usual = "; too few before to know what is usual" if seen.limit is None else ""
            return f"of {wording.counted(seen.n, 'proposal')}{usual}"
    return f"of {wording.counted(seen.n, 'run')}"
