"""Counters and gauges in Prometheus' words: from roll-ups and the heads of queues, never from history.

Cardinality is bounded: what is beyond the `WORKFLOWS` busiest workflows of a workspace is called "other", and labels
are workspaces, workflows, states, currencies and classes only, never an item, a person or a message.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from runs.figures import histograms, measures
from runs.models import Figure, Grain, Scope
from runs.telemetry import gauges

WORKFLOWS, OTHER = 50, "other"
ROWS = 20_000
COUNTERS = {
    measures.BEGAN: ("countersign_runs_began", "Runs that began", ""),
    measures.RUN: ("countersign_runs", "Runs that ended, by state", "state"),
    measures.ASKED: ("countersign_proposals_submitted", "Proposals that came in", ""),
    measures.PROPOSAL: ("countersign_proposals", "Proposals by outcome, each answer counted", "outcome"),
    measures.SHADOW: ("countersign_shadow_proposals", "Proposals of shadow lanes by outcome", "outcome"),
    measures.WRITE: ("countersign_writes", "What became of writes", "state"),
    measures.REVERSAL: ("countersign_reversals", "What became of reversals", "state"),
    measures.FAILURE: ("countersign_failures", "Single failures by class", "class"),
}
AMOUNTS = {
    measures.COST: ("countersign_cost", "What runs cost, by currency", "currency"),
    measures.TOKENS: ("countersign_tokens", "Tokens of models", "direction"),
}
HISTOGRAMS = {
    measures.RUN_MS: ("countersign_run_duration_seconds", "How long runs took"),
    measures.WAIT_MS: ("countersign_decision_wait_seconds", "From proposal to a person's answer"),
}
Row = tuple[str, str, str, str, int, Any]  # workspace, workflow, measure, key, count, amount


class Figures:
    """What Prometheus collects, asked anew each time."""

    def collect(self) -> Iterator[Metric]:
        by_measure: dict[str, list[Row]] = defaultdict(list)
        for row in _rows():
            by_measure[row[2]].append(row)
        for measure, (name, words, label) in COUNTERS.items():
            yield _counter(name, words, label, by_measure[measure], position=4)
        for measure, (name, words, label) in AMOUNTS.items():
            yield _counter(name, words, label, by_measure[measure], position=5)
        for measure, (name, words) in HISTOGRAMS.items():
            yield _histogram(name, words, by_measure[measure])
        yield from gauges.collect()


def page() -> bytes:
    """Everything, in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)


def _rows() -> list[Row]:
    """The totals since the beginning, by workflow; the agents' versions together."""
    rows = Figure.objects.filter(scope=Scope.WORKFLOW, grain=Grain.EVER).order_by().values_list(
        "workspace__slug", "workflow", "measure", "key"
    )  # fmt: skip
    found = list(rows.annotate(many=Sum("count"), much=Sum("amount")).order_by("-many")[:ROWS])
    busy: dict[str, Counter[str]] = defaultdict(Counter)
    for slug, workflow, _, _, count, _ in found:
        busy[slug][workflow] += count
    known = {slug: {name for name, _ in counts.most_common(WORKFLOWS)} for slug, counts in busy.items()}
    return [(row[0], row[1] if row[1] in known[row[0]] else OTHER, *row[2:]) for row in found]


def _counter(name: str, words: str, label: str, rows: Iterable[Row], *, position: int) -> Metric:
    metric = CounterMetricFamily(name, words, labels=["workspace", "workflow", *([label] if label else [])])
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in rows:
        sums[(row[0], row[1], *([row[3]] if label else []))] += float(row[position])
    for labels, value in sorted(sums.items()):
        metric.add_metric(labels, value)
    return metric


def _histogram(name: str, words: str, rows: Iterable[Row]) -> Metric:
    """Bounds are doublings, which are bounds of ours too, so nothing is lost but detail."""
    metric = HistogramMetricFamily(name, words, labels=["workspace", "workflow"])
    counts: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for slug, workflow, _, key, count, _ in rows:
        counts[slug, workflow][-(-int(key) // histograms.PER_DOUBLING)] += count
    for labels, found in sorted(counts.items()):
        running, buckets = 0, []
        for doubling in range(max(found) + 1):
            running += found[doubling]
            buckets.append((f"{2**doubling / 1000:g}", float(running)))
        metric.add_metric(labels, [*buckets, ("+Inf", float(running))], sum_value=None)
    return metric
