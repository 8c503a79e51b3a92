"""When a week is over its sample is drawn, once; what nobody judged in time lapses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from approvals.actors import Actor
from approvals.models import SampleWeek, Workspace
from approvals.oversight import weeks
from approvals.oversight.weeks import Week
from approvals.sampling import closing, drawing, strata

# Runs that began in the week and have ended, the smallest digests first: as `approvals.sampling.lot` draws proposals.
_RUNS = """
SELECT id, count(*) OVER () FROM runs_run
WHERE workspace_id = %s AND started_at >= %s AND started_at < %s AND state <> 'running'
ORDER BY sha256(convert_to(%s || ':runs:' || id::text, 'UTF8')) LIMIT %s
"""


def look(*, actor: Actor, now: datetime) -> int:
    """Draw what is to be drawn, and close what is late. Returns how many weeks were drawn or closed."""
    return sum(draw(workspace, week, actor, now) for workspace, week in _undrawn(now)) + closing.close_due(
        actor=actor, now=now
    )


def _undrawn(now: datetime) -> list[tuple[Workspace, Week]]:
    """Workspaces whose latest week that is over has no sample yet, and began after they did."""
    since = (now - timedelta(days=16)).date()
    drawn = set(SampleWeek.objects.filter(monday__gte=since).values_list("workspace", "monday"))
    latest = [(space, weeks.ended(space, now)[0]) for space in Workspace.objects.order_by("id").iterator()]
    return [
        (space, week)
        for space, week in latest
        if (space.pk, week.monday) not in drawn and space.created_at < week.until
    ]


def draw(workspace: Workspace, week: Week, actor: Actor, now: datetime) -> bool:
    """Draw one. Returns whether nobody else was quicker."""
    seed = drawing.fresh_seed()
    try:
        drawing.draw(
            workspace=workspace,
            week=week,
            runs=runs_of(workspace, week, seed),
            actor=actor,
            now=now,
            seed=seed,
        )
    except drawing.DrawnAlready:
        return False
    return True


def runs_of(workspace: Workspace, week: Week, seed: str) -> tuple[Sequence[UUID], int]:
    """Twenty runs by lot, and of how many."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [workspace.pk, week.since, week.until, seed, strata.RUNS_DRAWN])
        rows = cursor.fetchall()
    return [pk for pk, _ in rows], rows[0][1] if rows else 0
