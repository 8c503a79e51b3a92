"""Everything the page of figures says, in a fixed number of queries, however much has happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals import moments, rail
from approvals.models import Membership
from runs.figures import drawn, histograms, measures, owners, plots, reading, spans, spoken, worth
from runs.figures.links import Links
from runs.figures.reading import Slice, Told
from runs.figures.tallies import Tally
from runs.models import Alarm


def read(member: Membership, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The page for what the address asks."""
    workspace = member.workspace
    span, of = spans.chosen(asked, workspace, now), sliced(asked)
    links = Links(workspace.slug, span, of)
    told = reading.read(workspace, span, of)
    around = reading.beside(workspace, span, of)
    courses = reading.courses(workspace, span, of, list(around))
    counted = reading.counted_at(workspace)
    hand = worth.in_force(workspace)
    return rail.around(member, now) | {
        "span": span,
        "of": of,
        "views": [
            {"label": title, "url": links.page(view=view), "current": view == span.view}
            for view, title in spans.VIEWS.items()
        ],
        "before_url": links.page(on=span.before.first.isoformat()),
        "after_url": links.page(on=span.following.first.isoformat()) if span.until <= now else "",
        "all_url": links.page(workflow=None, version=None),
        "figures": _figures(told, hand, links),
        "plots": drawn.all_of(told, links),
        "owners": owners.lines(workspace, told.whole, links),
        "beside": [_line(name, tally, courses[name], links) for name, tally in around.items()],
        "counted": moments.near(counted, now) if counted else "",
        "error_percent": f"{100 * histograms.ERROR:.1f}",
        "per_decision": worth.per_decision(told.whole),
        "saved": worth.saved(told.whole, hand),
        "worth": hand,
        "tokens_in": f"{told.whole.amounts[measures.TOKENS]['in']:,.0f}",
        "tokens_out": f"{told.whole.amounts[measures.TOKENS]['out']:,.0f}",
        "crossed": Alarm.objects.filter(calmed_at__isnull=True, threshold__workspace=workspace).count(),
    }


def sliced(asked: Mapping[str, str]) -> Slice:
    """What the address cuts the figures down to. An empty workflow is one: what was proposed outside of any."""
    return Slice(asked.get("workflow"), asked.get("version") if "workflow" in asked else None)


def _figures(told: Told, hand: Any, links: Links) -> list[dict[str, Any]]:
    whole = told.whole
    undone = whole.n(measures.REVERSAL, measures.WRITTEN)
    return [
        {"label": "Runs ended", "value": f"{whole.n(measures.RUN):,}", "url": links.rows("runs")},
        {"label": "Error rate", "value": whole.errors.words, "url": links.rows("runs", "failed")},
        {"label": "Latency, p95", "value": spoken.length(whole.quantile(measures.RUN_MS, 0.95))},
        {"label": "Proposals", "value": f"{whole.n(measures.ASKED):,}"},
        {"label": "Written", "value": f"{whole.written:,}", "url": links.rows("writes", "succeeded")},
        {"label": "Undone", "value": f"{undone:,}", "url": links.rows("writes", "reversed")},
        {"label": "Override", "value": whole.overrides.words, "url": links.rows("proposals", "overridden")},
        {"label": "Cases opened", "value": f"{whole.n(measures.CASE):,}", "url": links.rows("cases")},
        {"label": "Time saved", "value": worth.saved(whole, hand).words, "url": "#worth"},
    ]


def _line(name: str, tally: Tally, course: list[int], links: Links) -> dict[str, Any]:
    """One workflow, or one version of its agent, on a line."""
    inner = {"workflow": name} if links.of.workflow is None else {"version": name}
    return {
        "name": name or ("outside of any workflow" if links.of.workflow is None else "not told"),
        "url": links.page(**inner),
        "course": plots.course(course),
        "runs": f"{tally.n(measures.RUN):,}",
        "errors": tally.errors,
        "latency": spoken.length(tally.quantile(measures.RUN_MS, 0.95)),
        "costs": [spoken.money(tally.amounts[measures.COST][one], one) for one in tally.currencies()[:2]],
        "proposals": f"{tally.n(measures.ASKED):,}",
        "escalations": tally.escalations,
        "overrides": tally.overrides,
    }
