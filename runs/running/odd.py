"""Clocks that contradict each other: what was told is kept, said to be odd, and drawn where it can be."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from runs.models import Run, Step

LEEWAY = timedelta(seconds=2)  # by which honest clocks differ
BELIEVED = timedelta(hours=1)  # before its run began, or after it was told, a step is drawn where it says


@dataclass(frozen=True)
class Time:
    """From when to when a step is drawn, and what is odd about what it told. ``timed``: its end is known."""

    begins: datetime
    ends: datetime
    timed: bool
    odd: list[str]


def told_at(key: UUID) -> datetime:
    """When our own clock wrote the row: the first 48 bits of its id (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def time_of(step: Step, run: Run) -> Time:
    """Where a step lies, whatever its reporter's clock said."""
    told = told_at(step.id)
    ends = step.ended_at or (
        step.started_at + timedelta(milliseconds=step.latency_ms) if step.latency_ms is not None else None
    )
    length = max((ends or step.started_at) - step.started_at, timedelta())
    begins = step.started_at
    if not run.started_at - BELIEVED <= begins <= told + BELIEVED:
        begins = max(told - length, run.started_at)
    return Time(begins, begins + length, ends is not None, _odd(step, run, ends, told))


def _odd(step: Step, run: Run, ends: datetime | None, told: datetime) -> list[str]:
    found = []
    if step.started_at < run.started_at - LEEWAY:
        found.append("It says it began before its run did.")
    if step.started_at > told + LEEWAY:
        found.append("It says it began after it was told: the reporter’s clock is ahead.")
    if ends is not None and ends < step.started_at:
        found.append("It says it ended before it began.")
    if run.finished_at is not None and run.finished_at + LEEWAY < step.started_at <= told + LEEWAY:
        found.append("It says it began after its run had ended.")
    return found
