"""What a run costs, drawn in the currency most runs are paid in. Others are told beside it and never added."""

from functools import partial

from runs.figures import measures, plots, scales, spoken, tabling
from runs.figures.links import Links
from runs.figures.plots import Plot, Series
from runs.figures.reading import Told
from runs.figures.tallies import Tally


def costs(told: Told, links: Links) -> Plot:
    """Per run that ended."""
    currencies = told.whole.currencies()
    main = currencies[0] if currencies else ""
    nothing: list[float | None] = [None] * len(told.slots)
    spent = [(one, _spent(told.whole, one)) for one in currencies[:4]]
    values = [_per_run(slot, main) for slot in told.slots]
    series = [Series("A run", "info", values, links.column("runs"), total=_said(told.whole, main))]
    others = [Series(f"Also {one or 'without a currency'}", "quiet", nothing, links.column("runs"), total=sum_)
              for one, sum_ in spent[1:]]  # fmt: skip
    basis = f"{spent[0][1] if spent else 'nothing'} by {told.whole.n(measures.RUN):,} runs"
    plot = Plot(
        "cost", "Cost of a run", "What models cost, as runs told it, by the number of runs that ended.",
        _said(told.whole, main), basis, _before(told, main, links), [*series, *others],
        not currencies,
    )  # fmt: skip
    drawn = tabling.dotted(
        plot, series, partial(spoken.money, currency=main), links, scales.top_of(plots.highest(series))
    )
    drawn.keys = [*series, *others]
    for line in drawn.grid:  # the currency stands above already
        line["label"] = line["label"].rpartition(" ")[2]
    return drawn


def _before(told: Told, currency: str, links: Links) -> str:
    known = currency in told.before.amounts[measures.COST]
    return spoken.earlier(_said(told.before, currency) if known else "–", links.span)


def _per_run(tally: Tally, currency: str) -> float | None:
    ended = tally.n(measures.RUN)
    return float(tally.amounts[measures.COST][currency]) / ended if ended else None


def _said(tally: Tally, currency: str) -> str:
    each = _per_run(tally, currency)
    return "–" if each is None or not tally.currencies() else spoken.money(each, currency)


def _spent(tally: Tally, currency: str) -> str:
    return spoken.money(tally.amounts[measures.COST][currency], currency)
