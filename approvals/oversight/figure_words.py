"""Figures as a page shows them: the number, what it is made of, and where its rows are."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from approvals import wording
from approvals.oversight.figures import Figures
from approvals.oversight.weeks import Week

NONE = "—"
DAYS = 14


def seconds(milliseconds: float | None) -> str:
    """“4.2 s”, “1 min 20”, or a dash where nothing was measured."""
    if milliseconds is None:
        return NONE
    whole = milliseconds / 1000
    if whole < 60:
        return f"{whole:.1f} s"
    return wording.spell(timedelta(seconds=whole))


def headline(told: Figures, streak: int) -> list[dict[str, str]]:
    """The few worth setting large. Each leads to its rows."""
    looks = told.looks
    return [
        {"label": "answers this week", "value": str(looks.answers), "url": "#answers"},
        {"label": "median time seen", "value": seconds(looks.seen_ms), "url": "#answers"},
        {"label": "evidence in view", "value": seconds(looks.evidence_ms), "url": "#answers"},
        {"label": "under the floor", "value": f"{looks.under} of {looks.measured}", "url": "#under"},
        {"label": "approvals in a row", "value": str(streak), "url": "#answers"},
        {"label": "drills caught", "value": f"{told.catching.caught} of {told.catching.n}", "url": "#drills"},
    ]


def facts(told: Figures) -> list[dict[str, str]]:
    """The rest, each with its denominator."""
    looks = told.looks
    signed = looks.approved + looks.edited
    return [
        {"label": "Approved as it came", "value": looks.share(looks.approved)},
        {"label": "Changed and signed", "value": looks.share(looks.edited)},
        {"label": "Rejected", "value": looks.share(looks.rejected)},
        {"label": "Handed over", "value": looks.share(looks.handed)},
        {"label": "Answered in a batch", "value": looks.share(looks.in_batch)},
        {"label": "Set aside", "value": str(told.asides or "none")},
        {"label": "Taken back by you", "value": str(told.undone or "none")},
        {"label": "Asked again", "value": looks.share(looks.again, signed)},
        {"label": "Reversed later", "value": looks.share(told.reversed, signed)},
    ]


def bars(days: Mapping[date, tuple[int, int]], week: Week) -> list[dict[str, Any]]:
    """A bar for each of the last days, today's week last. Lengths in percent of the longest."""
    first = week.monday - timedelta(days=DAYS - 7)
    told = [
        (first + timedelta(days=number), *days.get(first + timedelta(days=number), (0, 0)))
        for number in range(DAYS)
    ]
    most = max([count for _, count, _ in told] + [1])
    return [
        {
            "day": day, "count": count, "under": under, "width": f"{100 * count / most:.1f}",
            "under_width": f"{100 * under / most:.1f}",
        }
        for day, count, under in told
    ]  # fmt: skip
