"""Cases by the team that owns them: opened and settled in a stretch of time, as bars beside each other."""

from collections import Counter
from typing import Any

from approvals.models import Workspace
from exceptions.models import FailureClass, Team
from runs.figures import measures
from runs.figures.links import Links
from runs.figures.tallies import Tally

CLASSES = 3


def lines(workspace: Workspace, tally: Tally, links: Links) -> list[dict[str, Any]]:
    """A line a team, the one with most new cases first."""
    opened, settled = (_by_team(tally, measure) for measure in (measures.CASE, measures.SETTLED))
    names = dict(
        Team.objects.filter(workspace=workspace, pk__in=[*opened, *settled]).values_list("pk", "name")
    )
    titles = _titles(workspace, tally)
    highest = max([*opened.values(), *settled.values()], default=0) or 1
    return [
        {
            "team": names.get(pk, "a team that is gone"),
            "opened": opened[pk],
            "settled": settled[pk],
            "opened_width": f"{100 * opened[pk] / highest:.2f}%",
            "settled_width": f"{100 * settled[pk] / highest:.2f}%",
            "opened_url": links.rows("cases", str(pk)),
            "settled_url": links.rows("settled", str(pk)),
            "classes": _classes(tally, pk, titles),
        }
        for pk in sorted(names, key=lambda pk: (-opened[pk], -settled[pk], names[pk]))
    ]


def _by_team(tally: Tally, measure: str) -> Counter[int]:
    found: Counter[int] = Counter()
    for key, count in tally.counts[measure].items():
        found[int(key.partition("|")[0])] += count
    return found


def _titles(workspace: Workspace, tally: Tally) -> dict[str, str]:
    """What kinds of failure are called by now; one that is gone keeps its code."""
    codes = {key.partition("|")[2] for key in tally.counts[measures.CASE]}
    rows = FailureClass.objects.filter(workspace=workspace, code__in=codes)
    return dict(rows.values_list("code", "title"))


def _classes(tally: Tally, team: int, titles: dict[str, str]) -> list[str]:
    """The most frequent kinds of failure among them, each with how many."""
    found = {
        key.partition("|")[2]: count
        for key, count in tally.counts[measures.CASE].items()
        if key.startswith(f"{team}|")
    }
    most = sorted(found, key=lambda code: (-found[code], code))[:CLASSES]
    return [f"{titles.get(code, code)}: {found[code]}" for code in most]
