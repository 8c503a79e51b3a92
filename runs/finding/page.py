"""What the search page says: what was understood, what was going on, and what was done."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from approvals import wording
from approvals.models import Membership
from runs.finding import acts, markup, spoken
from runs.finding.terms import Terms
from runs.models import Run
from runs.models.run import State

COUNTED = {
    "proposal.submitted": "proposed", "decision.recorded": "answered", "execution.succeeded": "written",
    "execution.failed": "refused", "execution.unknown": "in doubt", "case.opened": "opened as a case",
}  # fmt: skip


def form(terms: Terms, member: Membership) -> dict[str, Any]:
    """The box, the fields beside it, and what was understood."""
    return {
        "typed": terms.typed,
        "more_typed": any(value for name, value in terms.typed.items() if name not in ("q", "at")),
        "states": list(State.choices),
        "searching": bool(terms),
        "fault": terms.fault,
        "understood": understood(terms),
        "all_url": reverse("runs", args=[member.workspace.slug]),
    }


def understood(terms: Terms) -> str:
    """The search in words, so that a reader sees what the box was taken for."""
    words = [
        spoken.asked(terms.moment) if terms.moment else "",
        f"since {spoken.full(terms.since)}" if terms.since else "",
        f"until {spoken.full(terms.until)}" if terms.until else "",
        f"workflow {terms.workflow}" if terms.workflow else "",
        f"period {terms.period}" if terms.period else "",
        f"agent {terms.agent.name}" if terms.agent else "",
        f"version {terms.version}" if terms.version else "",
        f"state {terms.state}" if terms.state else "",
        f"about {terms.record}" if terms.record else "",
        f"answered by {terms.person.get_username()}" if terms.person else "",
        "of that id" if terms.run else "",
    ]
    said = ", ".join(filter(None, words))
    return f"Runs {said}." if said else ""


def around(terms: Terms, member: Membership, runs: Sequence[Run], now: datetime) -> dict[str, Any]:
    """The moment: its runs, its acts by the minute, and the ways to earlier and later."""
    assert terms.moment is not None
    told = acts.between(terms, member, runs, terms.moment.since, terms.moment.until)
    counts = Counter(COUNTED.get(act.kind, "") for act in told.lines)
    length = terms.moment.until - terms.moment.since
    return {
        "moment": terms.moment,
        "moment_title": spoken.title(terms.moment, now),
        "moment_full": spoken.when(terms.moment),
        "moment_span": spoken.span(terms.moment),
        "happened": markup.lines(told.lines),
        "cut": told.cut,
        "under_way": [run for run in runs if terms.moment.since <= (run.finished_at or now)],
        "counts": [wording.listed([f"{count} {name}" for name, count in counts.items() if name])],
        "earlier_url": _moved(terms, -length),
        "later_url": _moved(terms, length),
        "narrow_url": _narrowed(terms, told.lines),
    }


def _moved(terms: Terms, by: timedelta) -> str:
    assert terms.moment is not None
    moved = terms.moment.at + by
    return _at(terms, moved, whole_day=abs(by) > timedelta(hours=20))


def _narrowed(terms: Terms, lines: Sequence[acts.Act]) -> str:
    """Minutes around the last that is shown, for what a whole day could not show."""
    return _at(terms, lines[-1].at) if lines else ""


def _at(terms: Terms, at: datetime, *, whole_day: bool = False) -> str:
    kept = {name: value for name, value in terms.typed.items() if value and name not in ("q", "at")}
    if terms.agent:
        kept["agent"] = terms.agent.name
    there = timezone.localtime(at)
    said = f"{there:%Y-%m-%d}" if whole_day else there.isoformat(timespec="seconds")
    return "?" + urlencode(kept | {"at": said})
