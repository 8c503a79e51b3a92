"""When the next step of a case is due, in the called team's hours where its plan says so. Kept with the case, never in
a worker's memory.
"""

from datetime import datetime

from approvals.hours import Hours
from exceptions import steps
from exceptions.models import Case
from exceptions.models.failure_class import Handling
from exceptions.steps import Step
from exceptions.targets import Reach


def step_of(case: Case, number: int | None = None) -> Step:
    """The step that is next, or the one that is when so many were called."""
    return steps.at(case.steps, case.repeats, case.step if number is None else number)


def opening(case: Case, now: datetime) -> datetime:
    """When the first step of a case that opens is due: at once where its class asks for an alert."""
    return now if case.failure_class.handling == Handling.ALERT else due(case, now)


def due(case: Case, now: datetime, reach: Reach | None = None, number: int | None = None) -> datetime:
    """When the next step is due, counted from now on."""
    step = step_of(case, number)
    hours = (reach or Reach(now)).hours(case, step) if case.in_hours else None
    return now + step.after if hours is None else _in_hours(hours, step, now)


def _in_hours(hours: Hours, step: Step, now: datetime) -> datetime:
    """So much working time later, and never at the moment work ends: then when it begins again. What comes once a day
    comes at this time of a working day.
    """
    at = now + step.after if step.daily else hours.add(now, step.after)
    return at if hours.is_open(at) else hours.next_opening(at)
