"""The runs that a search finds, newest first, a page at a time."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from approvals.models import Membership
from approvals.waiting import statements
from runs.finding import records
from runs.finding.terms import Terms
from runs.models import Run

PAGE = 40
LISTED = (
    "workspace_id", "agent__name", "agent_version", "workflow", "period", "state", "counts", "started_at", "finished_at"
)  # fmt: skip
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_UNDER_WAY = """
tstzrange(runs_run.started_at, greatest(runs_run.started_at, coalesce(runs_run.finished_at, 'infinity')), '[]')
&& tstzrange(%s, %s, '[)')
"""


def found(terms: Terms, member: Membership, before: Run | None = None) -> tuple[list[Run], str]:
    """A page of runs, and the id to go on from. What was not understood finds none."""
    if terms.fault:
        return [], ""
    if not terms and before is None:
        page = statements.ask(_newest(), statements.of(member))
    else:
        rows = _listed(narrowed(terms, member))
        if before is not None:
            rows = rows.filter(started_at__lte=before.started_at)
            rows = rows.filter(Q(started_at__lt=before.started_at) | Q(pk__lt=before.pk))
        page = list(rows[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].public_id if len(page) > PAGE else ""


def _listed(rows: QuerySet[Run]) -> QuerySet[Run]:
    return rows.select_related("agent").only(*LISTED).order_by("-started_at", "-id")


@cache
def _newest() -> statements.Kept[Run]:
    """Of all there are: beside every run whose page is open."""
    return statements.keep(_listed(Run.objects.filter(workspace=statements.HOUSE))[: PAGE + 1])


def narrowed(terms: Terms, member: Membership) -> QuerySet[Run]:
    """Every condition, each of which some index answers."""
    rows = Run.objects.filter(workspace_id=member.workspace_id)
    named: dict[str, Any] = {
        "workflow": terms.workflow, "state": terms.state, "period": terms.period, "agent": terms.agent,
        "agent_version": terms.version, "started_at__gte": terms.since, "started_at__lt": terms.until, "pk": terms.run,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if terms.moment is not None:
        rows = rows.filter(under_way(terms.moment.since, terms.moment.until))
    keys = _touching(terms, member)
    return rows if keys is None else rows.filter(pk__in=keys)


def under_way(since: datetime, until: datetime) -> RawSQL:
    """Runs that were going on at some time between the two; ``runs_under_way`` indexes the very same expression."""
    return RawSQL(_UNDER_WAY, [since, until], output_field=BooleanField())  # noqa: S611  no words of anybody's


def _touching(terms: Terms, member: Membership) -> set[UUID] | None:
    """Ids of runs by what they touched and who answered; None when neither was asked."""
    asked: list[set[UUID]] = []
    if terms.record:
        asked.append(set(records.runs_of_record(member.workspace_id, terms.record)))
    if terms.person is not None:
        since = terms.moment.since if terms.moment else terms.since or FIRST
        until = terms.moment.until if terms.moment else LAST
        asked.append(set(records.runs_of_person(member.workspace_id, terms.person.pk, since, until)))
    return set.intersection(*asked) if asked else None
