"""One's own figures: shown to oneself before anybody else, this week's included."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.models import Decision, Membership
from approvals.models.decision import Verdict
from approvals.oversight import figure_words, figures, lessons, streaks, weeks
from approvals.visible import visible
from approvals.waiting import listing

ROWS = 20
LONGEST_STREAK = 500


def read(member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``oversight/yours.html``."""
    workspace, user, week = member.workspace, member.user_id, weeks.current(member.workspace, now)
    told = figures.of(workspace, [user], week.since, week.until)[user]
    first = week.since - timedelta(days=figure_words.DAYS - 7)
    days = figures.by_day(workspace, user, first, week.until, week.clock)
    mine = figures.answers(workspace, [user], first, week.until)
    drills = list(lessons.answered_by(member).order_by("-revealed_at")[:ROWS])
    return {
        "week": week,
        "figures": figure_words.headline(told, streaks.of(user, workspace, LONGEST_STREAK)),
        "facts": figure_words.facts(told),
        "bars": figure_words.bars(days, week),
        "catching": told.catching.words(),
        "answers": _lines(mine, workspace.slug),
        "under": _lines(mine.filter(exposure__under_floor=True), workspace.slug),
        "drills": [lessons.tell(drill) for drill in drills],
    }


def _lines(rows: QuerySet[Decision], slug: str) -> list[dict[str, Any]]:
    latest = rows.select_related("proposal", "exposure").order_by("-decided_at")[:ROWS]
    return [
        {
            "title": visible(row.proposal.headline),
            "url": reverse("proposal", args=[slug, row.proposal.public_id]),
            "said": listing.SAID[Verdict(row.verdict)],
            "at": row.decided_at,
            "batch": row.batch_id is not None,
            **_look(row),
        }
        for row in latest
    ]


def _look(row: Decision) -> dict[str, Any]:
    seen = getattr(row, "exposure", None)
    if seen is None:
        return {"seen": figure_words.NONE, "floor": "", "under": False}
    return {
        "seen": figure_words.seconds(seen.seen_ms),
        "floor": figure_words.seconds(seen.floor_ms),
        "under": seen.under_floor,
    }
