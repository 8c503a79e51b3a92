"""What a week's sample says: by stratum, of the region that passes by itself, and of the judges."""

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.models import SampleItem, SampleVerdict, SampleWeek, Workspace
from approvals.models.sample import State
from approvals.sampling import strata
from approvals.sampling.strata import RUNS
from approvals.statistics import agreement, bounds, weights
from approvals.statistics.agreement import Agreement
from approvals.statistics.weights import Estimate

POOLED = 12  # weeks that are taken together


@dataclass(frozen=True)
class Line:
    """One stratum: ``size`` there were, and of those ``drawn`` so many were judged, and so many found wrong."""

    name: str
    size: int
    drawn: int
    judged: int
    wrong: int

    @property
    def words(self) -> str:
        return strata.WORDS[self.name]

    @property
    def at_most(self) -> float:
        """The exact 95 % bound of the stratum's own rate: within it everything was drawn alike."""
        return bounds.upper(self.wrong, self.judged)


def items_of(week: SampleWeek) -> list[SampleItem]:
    """Everything drawn, with what its judges said."""
    rows = week.items.select_related("proposal").prefetch_related("verdicts__judge")
    return list(rows.order_by("position"))


def by_stratum(week: SampleWeek, items: Sequence[SampleItem]) -> list[Line]:
    """A line for each stratum, in the order of the plan."""
    lines = []
    for name in (*strata.SHARES, RUNS):
        mine = [item for item in items if name in item.through]
        judged = [item for item in mine if item.state == State.SETTLED]
        frame = week.frames.get(name, {"size": 0, "drawn": 0})
        lines.append(
            Line(name, frame["size"], frame["drawn"], len(judged), sum(bool(one.wrong) for one in judged))
        )
    return lines


def automated(items: Sequence[SampleItem]) -> Estimate:
    """The error rate of everything that passed by policy in the week: each found weighs as much as it stands for."""
    found = [item for item in items if item.state == State.SETTLED and strata.UNIFORM in item.strata]
    return weights.hajek([bool(item.wrong) for item in found], [item.probability for item in found])


def running(workspace: Workspace, upto: SampleWeek) -> Estimate:
    """The same over the latest twelve weeks: one week alone claims little."""
    weeks = SampleWeek.objects.filter(workspace=workspace, monday__lte=upto.monday).order_by("-monday")[
        :POOLED
    ]
    rows = SampleItem.objects.filter(
        week__in=list(weeks.values_list("pk", flat=True)),
        state=State.SETTLED,
        strata__contains=[strata.UNIFORM],
    ).values_list("wrong", "probability")
    found = list(rows)
    return weights.hajek([bool(wrong) for wrong, _ in found], [chance for _, chance in found])


def of_judges(items: Sequence[SampleItem]) -> Agreement:
    """How far the first two agreed where two were asked whatever the first said."""
    pairs = [
        [one.wrong for one in sorted(item.verdicts.all(), key=_turn)[:2]] for item in items if item.twice
    ]
    both = [pair for pair in pairs if len(pair) == 2]
    return agreement.between([pair[0] for pair in both], [pair[1] for pair in both])


def _turn(verdict: SampleVerdict) -> int:
    return verdict.number
