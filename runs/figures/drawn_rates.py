"""Rates drawn: errors, escalation and override, each with Wilson's interval at 95 % as its whisker."""

from collections.abc import Callable
from dataclasses import dataclass

from runs.figures import plots, scales, spoken, tabling
from runs.figures.links import Links
from runs.figures.plots import Plot, Series
from runs.figures.reading import Told
from runs.figures.shares import Share, percent
from runs.figures.tallies import Tally


@dataclass(frozen=True)
class Rate:
    """One of them: how it is called and drawn, how it is taken from a tally, and where its rows are."""

    name: str
    tone: str
    of: Callable[[Tally], Share]
    rows: tuple[str, str]


def errors(told: Told, links: Links) -> Plot:
    """Runs that failed."""
    rate = Rate("Failed", "stop", lambda tally: tally.errors, ("runs", "failed"))
    return _drawn(told, links, "errors", "Error rate", "Runs that failed, of those that ended.", [rate])


def answers(told: Told, links: Links) -> Plot:
    """How often people are needed, and how often they see it otherwise."""
    meaning = (
        "Escalation: proposals that went to exceptions, of all that came to an end. "
        "Override: answers of people that changed or refused what was proposed, of all their answers."
    )
    rates = [
        Rate("Escalation", "ask", lambda tally: tally.escalations, ("failures", "")),
        Rate("Override", "info", lambda tally: tally.overrides, ("proposals", "overridden")),
    ]
    return _drawn(told, links, "answers", "Escalation and override", meaning, rates)


def _drawn(told: Told, links: Links, name: str, title: str, meaning: str, rates: list[Rate]) -> Plot:
    series = [_series(told, links, rate) for rate in rates]
    first, before = (rates[0].of(tally) for tally in (told.whole, told.before))
    plot = Plot(
        name, title, meaning, first.words, first.basis, spoken.earlier(before.words, links.span), series,
        not any(rate.of(told.whole).n for rate in rates),
    )  # fmt: skip
    return tabling.dotted(plot, series, percent, links, min(scales.top_of(plots.highest(series)), 1))


def _series(told: Told, links: Links, rate: Rate) -> Series:
    shares, whole = [rate.of(slot) for slot in told.slots], rate.of(told.whole)
    reach = [share.interval if share.n else None for share in shares]
    values = [share.rate for share in shares]
    return Series(rate.name, rate.tone, values, links.column(*rate.rows), reach, whole.words)
