"""Reading the roll-ups: one query for the columns of a page, one for what lies beside them. Never a row of a run."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from approvals.models import Workspace
from runs.figures import measures
from runs.figures.spans import Span
from runs.figures.tallies import Tally
from runs.models import Figure, FigureMark, Grain, Scope

MOST = 40  # workflows, or versions of one, that are shown


@dataclass(frozen=True)
class Slice:
    """Which figures: all of a workspace, or those of one workflow, and of one version of its agent."""

    workflow: str | None = None
    version: str | None = None

    @property
    def scope(self) -> Scope:
        """The widest that tells them apart from all others."""
        if self.workflow is None:
            return Scope.ALL
        return Scope.WORKFLOW if self.version is None else Scope.VERSION

    def rows(
        self, workspace: Workspace, grain: Grain, since: datetime, until: datetime, scope: Scope | None = None
    ) -> QuerySet[Figure]:
        """Of a narrower ``scope`` where each of its parts is wanted by itself."""
        rows = Figure.objects.filter(
            workspace=workspace,
            scope=scope or self.scope,
            grain=grain,
            starts_at__gte=since,
            starts_at__lt=until,
        ).order_by()
        if self.workflow is not None:
            rows = rows.filter(workflow=self.workflow)
        return rows if self.version is None else rows.filter(agent_version=self.version)


@dataclass
class Told:
    """Tallies of each column, of all of them, and of as long a stretch before."""

    slots: list[Tally]
    whole: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)


def read(workspace: Workspace, span: Span, of: Slice) -> Told:
    """The columns of the span."""
    told = Told([Tally() for _ in span.slots])
    rows = of.rows(workspace, span.grain, span.before.since, span.until)
    here = Case(When(starts_at__gte=span.since, then=F("starts_at")), default=Value(None))
    sums = rows.annotate(slot=here).values_list("slot", "measure", "key")
    for at, measure, key, count, amount in sums.annotate(Sum("count"), Sum("amount")):
        if at is None:
            told.before.add(measure, key, count, amount)
            continue
        told.slots[span.slot_of(at)].add(measure, key, count, amount)
        told.whole.add(measure, key, count, amount)
    return told


def beside(workspace: Workspace, span: Span, of: Slice) -> dict[str, Tally]:
    """The whole span by workflow; where one is chosen, by its agent's version. The busiest first."""
    by, scope = _parts(of)
    rows = Slice(of.workflow).rows(workspace, Grain.DAY, span.since, span.until, scope)
    busiest = rows.filter(measure__in=[measures.RUN, measures.ASKED]).values_list(by)
    names = [name for name, _ in busiest.annotate(many=Sum("count")).order_by("-many", by)[:MOST]]
    found = {name: Tally() for name in names}
    sums = rows.filter(Q(**{f"{by}__in": names})).values_list(by, "measure", "key")
    for name, measure, key, count, amount in sums.annotate(Sum("count"), Sum("amount")):
        found[name].add(measure, key, count, amount)
    return found


def courses(workspace: Workspace, span: Span, of: Slice, names: list[str]) -> dict[str, list[int]]:
    """Runs that ended in each column, of each of these workflows or versions: for a line as small as a word."""
    by, scope = _parts(of)
    rows = Slice(of.workflow).rows(workspace, span.grain, span.since, span.until, scope)
    found = {name: [0] * len(span.slots) for name in names}
    sums = rows.filter(Q(**{f"{by}__in": names}), measure=measures.RUN).values_list(by, "starts_at")
    for name, at, count in sums.annotate(Sum("count")):
        found[name][span.slot_of(at)] += count
    return found


def _parts(of: Slice) -> tuple[str, Scope]:
    """What the whole is taken apart by: workflows, or within one the versions of its agent."""
    return ("workflow", Scope.WORKFLOW) if of.workflow is None else ("agent_version", Scope.VERSION)


def counted_at(workspace: Workspace) -> datetime | None:
    """The moment of the latest fact that is in the figures."""
    return FigureMark.objects.filter(pk=workspace.pk).values_list("counted_at", flat=True).first()
