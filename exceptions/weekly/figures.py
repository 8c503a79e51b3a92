"""One week in figures. Every query walks an index from the week's beginning to its end, or the head of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from approvals.models import Decision, Workspace
from approvals.models.decision import Verdict
from approvals.oversight import figures as people
from approvals.oversight.weeks import Week
from exceptions.models import Case, Episode, Occurrence, Resolution
from exceptions.models.case import Cause, State

LINES = 200
SHOWN = 10
ABSTAINED = "agent.cannot"

_BY_OWNER = """
SELECT c.code, c.title, t.name, count(*), count(e.resolved_at), count(e.verified_at),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.taken_at - e.opened_at)),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.resolved_at - e.opened_at)),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.verified_at - e.opened_at)),
    count(*) FILTER (WHERE e.taken_at IS NULL AND e.resolved_at IS NULL)
FROM exceptions_episode e JOIN exceptions_failureclass c ON c.id = e.failure_class_id
JOIN exceptions_team t ON t.id = e.owner_id
WHERE e.workspace_id = %s AND e.opened_at >= %s AND e.opened_at < %s
GROUP BY c.code, c.title, t.name ORDER BY count(*) DESC, c.code, t.name LIMIT %s
"""


@dataclass(frozen=True)
class Line:
    """Cases of one class that one team had in the week. Times are medians, None where nothing got so far."""

    code: str
    title: str
    owner: str
    opened: int
    resolved: int
    verified: int
    acknowledge: timedelta | None
    resolve: timedelta | None
    verify: timedelta | None
    untaken: int


def by_owner(workspace: Workspace, week: Week) -> list[Line]:
    """By class and team, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_OWNER, [workspace.pk, week.since, week.until, LINES])
        rows = cursor.fetchall()
    return [_read(row) for row in rows]


def _read(row: Sequence[Any]) -> Line:
    code, title, owner, opened, resolved, verified, acknowledge, resolve, verify, untaken = row
    times = (_long(acknowledge), _long(resolve), _long(verify))
    return Line(code, title, owner, opened, resolved, verified, *times, untaken)


def _long(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))


def failures(workspace: Workspace, week: Week) -> int:
    """Single failures that happened in the week, whatever case they lie in."""
    return _happened(workspace, week).count()


def _happened(workspace: Workspace, week: Week) -> Any:
    return Occurrence.objects.filter(at__gte=week.since, at__lt=week.until, case__workspace=workspace)


def sent_twice(workspace: Workspace, week: Week) -> tuple[int, int]:
    """Writes that were sent again in the week, and those of them for the second time or more."""
    rows = Resolution.objects.filter(
        kind="retried", at__gte=week.since, at__lt=week.until, case__workspace=workspace,
        occurrence__execution__isnull=False,
    )  # fmt: skip
    counts = rows.values("occurrence__execution").annotate(times=Count("pk"))
    return counts.count(), counts.filter(times__gt=1).count()


def dearest(workspace: Workspace) -> list[Case]:
    """The open cases with the most money behind them, now."""
    return list(_open(workspace).filter(most_money__gt=0).order_by("-most_money", "id")[:SHOWN])


def oldest(workspace: Workspace) -> list[Case]:
    """The open cases that began longest ago, now."""
    return list(_open(workspace).order_by("opened_at", "id")[:SHOWN])


def _open(workspace: Workspace) -> Any:
    rows = Case.objects.filter(workspace=workspace).exclude(state=State.RESOLVED)
    return rows.select_related("failure_class", "owner", "assignee")


def causes(workspace: Workspace, week: Week) -> list[tuple[str, int]]:
    """What owners found behind the week's cases, and how many nobody has labelled."""
    rows = Episode.objects.filter(workspace=workspace, opened_at__gte=week.since, opened_at__lt=week.until)
    counts = dict(rows.values_list("case__cause").annotate(Count("case", distinct=True)))
    named = [(str(Cause(name).label), counts.get(name, 0)) for name in Cause.values]
    return [*named, ("not labelled yet", counts.get("", 0))]


def lacking(workspace: Workspace, week: Week) -> list[tuple[str, int]]:
    """What agents said they lack, most often first: what to build next."""
    rows = _happened(workspace, week).filter(case__failure_class__code=ABSTAINED)
    counts = rows.values_list("case__title").annotate(many=Count("pk")).order_by("-many", "case__title")
    return list(counts[:SHOWN])


@dataclass(frozen=True)
class Override:
    """What people changed or refused of one tool's proposals."""

    tool: str
    verdict: str
    what: str
    many: int


def overrides(workspace: Workspace, week: Week) -> list[Override]:
    """Edits by what was changed, refusals by their reason, most often first."""
    able = [user for user, _ in people.reviewers_of(workspace)]
    rows = Decision.objects.filter(
        reviewer__in=able, decided_at__gte=week.since, decided_at__lt=week.until, proposal__workspace=workspace,
        proposal__drill=False, verdict__in=[Verdict.EDIT, Verdict.REJECT],
    )  # fmt: skip
    counts = rows.values_list("proposal__tool", "verdict", "reason_code", "changed_fields").annotate(
        many=Count("pk")
    )
    return [
        Override(
            tool, Verdict(verdict).label, reason if verdict == Verdict.REJECT else ", ".join(fields), many
        )
        for tool, verdict, reason, fields, many in counts.order_by("-many", "proposal__tool")[:SHOWN]
    ]


def late_on(now: datetime, case: Case) -> bool:
    """Whether it should have been settled by now."""
    return case.opened_at + case.failure_class.resolve_within <= now
