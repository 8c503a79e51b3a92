"""The drawings of the page, each with its meaning in a sentence: volume, errors, time, cost, outcomes, answers."""

from runs.figures import drawn_costs, drawn_rates, measures, plots, spoken, tabling
from runs.figures.links import Links
from runs.figures.plots import Plot, Series
from runs.figures.reading import Told

STATES = (("succeeded", "sign"), ("partial", "ask"), ("failed", "stop"), ("cancelled", "quiet"))
OUTCOMES = (
    (measures.BY_POLICY, "By policy", "info"),
    (measures.APPROVED, "Approved", "sign"),
    (measures.EDITED, "Edited", "ask"),
    (measures.REJECTED, "Rejected", "stop"),
    (measures.HANDED_OVER, "Handed over", "deep"),
    (measures.BLOCKED, "Stopped by a gate", "stop-2"),
    (measures.EXPIRED, "Expired", "quiet"),
)
MEDIAN = (("Median", "sign", 0.5), ("p95", "ask", 0.95))
RUN_TIME = "latency", "Latency", "How long runs took, from their beginning to their end."
WAIT_TIME = (
    "waiting",
    "Time to decision",
    "From a proposal’s coming in to the answer of a person that settled it.",
)


def all_of(told: Told, links: Links) -> list[Plot]:
    """In the order in which they are read."""
    return [
        volume(told, links),
        drawn_rates.errors(told, links),
        times(told, links, measures.RUN_MS, RUN_TIME, ("runs", "")),
        drawn_costs.costs(told, links),
        outcomes(told, links),
        drawn_rates.answers(told, links),
        times(told, links, measures.WAIT_MS, WAIT_TIME, ("proposals", "answered")),
    ]


def volume(told: Told, links: Links) -> Plot:
    """Runs that ended, by state."""
    series = [
        Series(
            name.capitalize(), tone, [slot.n(measures.RUN, [name]) for slot in told.slots],
            links.column("runs", name), total=f"{told.whole.n(measures.RUN, [name]):,}",
        )
        for name, tone in STATES
    ]  # fmt: skip
    many, before = (tally.n(measures.RUN) for tally in (told.whole, told.before))
    plot = Plot(
        "volume", "Runs", "Runs by the moment at which they ended.", f"{many:,}", "ended",
        spoken.earlier(f"{before:,}", links.span), series, not many,
    )  # fmt: skip
    return tabling.stacked(plot, series, links)


def outcomes(told: Told, links: Links) -> Plot:
    """What became of proposals."""
    series = [
        Series(
            title, tone, [slot.n(measures.PROPOSAL, [key]) for slot in told.slots],
            links.column("failures" if key == measures.BLOCKED else "proposals", key),
            total=f"{told.whole.n(measures.PROPOSAL, [key]):,}",
        )
        for key, title, tone in OUTCOMES
    ]  # fmt: skip
    many, before = (tally.escalations.n for tally in (told.whole, told.before))
    plot = Plot(
        "outcomes", "Proposals", "What became of what agents proposed, by the moment it was settled.", f"{many:,}",
        "came to an end", spoken.earlier(f"{before:,}", links.span), series, not many,
    )  # fmt: skip
    return tabling.stacked(plot, series, links)


def times(told: Told, links: Links, measure: str, named: tuple[str, str, str], rows: tuple[str, str]) -> Plot:
    """The median, and what nineteen of twenty keep under."""
    series = [
        Series(
            label, tone, [slot.quantile(measure, share) for slot in told.slots], links.column(*rows),
            total=spoken.length(told.whole.quantile(measure, share)),
        )
        for label, tone, share in MEDIAN
    ]  # fmt: skip
    many = told.whole.n(measure)
    before = spoken.earlier(spoken.length(told.before.quantile(measure, 0.95)), links.span)
    basis = f"p95 of {many:,}, median {series[0].total}"
    plot = Plot(*named, series[1].total, basis, before, series, not many)
    top = spoken.round_length(plots.highest(series))
    return tabling.dotted(plot, series, spoken.length, links, top)
