"""What the figures of a week's sample may claim, and no more, in sentences."""

from typing import Any

from django.utils import timezone

from approvals import wording
from approvals.models import SampleWeek
from approvals.sampling.findings import POOLED, Line
from approvals.statistics.inspection import NORMAL, REDUCED, STOPPED, TIGHTENED, Plan, Switching
from approvals.statistics.weights import Estimate

FEW = 59  # of fewer not one may be wrong, and still 5 in 100 of all may be (0.95 ** 59 < 0.05)
HOW = {
    NORMAL: "normally", TIGHTENED: "tightly", REDUCED: "lightly", STOPPED: "tightly, and nothing is accepted any more"
}  # fmt: skip


def percent(rate: float) -> str:
    """With as many digits as a small rate needs."""
    return f"{100 * rate:.2f} %" if rate < 0.0995 else f"{100 * rate:.0f} %"


def claim(found: Estimate) -> str:
    """What this week alone shows of everything that passed by policy."""
    if not found.n:
        return "Nothing that passed by policy has been judged yet, so nothing can be said."
    return (
        f"Of everything that passed by policy in this week, {percent(found.rate)} is estimated to be wrong; with 95 %"
        f" confidence between {percent(found.low)} and {percent(found.high)}, from"
        f" {wording.counted(found.n, 'judgement')}."
    )


def running(found: Estimate) -> str:
    """The same, over the weeks that are taken together: the figure to rely on, once it rests on enough."""
    if not found.n:
        return ""
    rely = "So few say little yet." if found.n < FEW else "This is the figure to rely on."
    return (
        f"Over the latest {POOLED} weeks it is {percent(found.rate)}, between {percent(found.low)} and"
        f" {percent(found.high)}, from {wording.counted(found.n, 'judgement')}. {rely}"
    )


def line(told: Line) -> dict[str, Any]:
    """A stratum as a row of the table."""
    return {
        "words": told.words, "size": told.size, "drawn": told.drawn, "judged": told.judged, "wrong": told.wrong,
        "rate": percent(told.wrong / told.judged) if told.judged else "–",
        "at_most": percent(told.at_most) if told.judged else "–",
    }  # fmt: skip


def plan(week: SampleWeek) -> str:
    """What a lot had to show, and what that promises: a plan protects whoever produced it."""
    lot = Plan(week.plan_n, week.plan_accept)
    return (
        f"Inspected {HOW[week.severity]}: of what passed by policy {week.plan_n} were to be looked at by lot, and"
        f" {_allowed(week.plan_accept)}. A week in which {percent(lot.accepted_at(0.95))} is wrong passes nearly"
        f" always, and one in which {percent(lot.accepted_at(0.10))} is wrong still one time in ten: that a week"
        " passes proves little."
    )


def _allowed(accept: int) -> str:
    return f"at most {accept} of them might be wrong" if accept else "none of them might be wrong"


def result(week: SampleWeek) -> dict[str, str]:
    """How the lot did, as a notice."""
    if week.closed_at is None:
        return {
            "tone": "",
            "title": "Under way",
            "text": f"Judged until {timezone.localtime(week.due_at):%-d %B}; what is left then lapses.",
        }
    if week.passed is None:
        return {
            "tone": "ask",
            "title": "No result",
            "text": "Too little of it was judged, or there was nothing to judge.",
        }
    if week.passed:
        return {"tone": "ok", "title": "Passed", "text": "No more was wrong than the plan allows."}
    return {"tone": "stop", "title": "Failed", "text": "More was wrong than the plan allows."}


def then(state: Switching) -> str:
    """What the rules of switching (ISO 2859-1, clause 9) make of the weeks so far."""
    match state.severity:
        case "normal":
            failed = state.recent.count(False)
            return "The next week is inspected normally. " + (
                "One more failed week within five tightens it."
                if failed
                else "Two failed weeks within five tighten it."
            )
        case "tightened":
            left = 5 - state.passed_in_a_row
            return (
                f"The next week is inspected tightly, until {wording.counted(left, 'week')} in a row"
                f" {'have' if left > 1 else 'has'} passed. {state.failed} of 5 failed weeks that would stop it."
            )
        case "reduced":
            return (
                "The next week is inspected lightly: ten weeks or more were clean. One failed week ends that."
            )
    return "Inspection has stopped: five weeks failed while it was tight. An admin says when the cause is put right."
