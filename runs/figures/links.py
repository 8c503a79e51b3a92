"""From a mark to the rows behind it, or to the same page about something else."""

from itertools import pairwise
from urllib.parse import urlencode

from django.urls import reverse

from runs.figures.reading import Slice
from runs.figures.spans import Span

MOMENT = "%Y-%m-%dT%H:%MZ"


class Links:
    """Addresses of one page of figures: its workspace, its span, and what it is cut down to."""

    def __init__(self, slug: str, span: Span, of: Slice) -> None:
        self.slug, self.span, self.of = slug, span, of
        told = {"workflow": of.workflow, "version": of.version}
        self.cut = {name: value for name, value in told.items() if value is not None}
        self.rows_at = reverse("figure-rows", args=[slug])
        moments = [f"{at:{MOMENT}}" for at in [*span.slots, span.until]]
        self.times = [
            urlencode({"since": since, "until": until} | self.cut) for since, until in pairwise(moments)
        ]
        self.all_the_time = urlencode({"since": moments[0], "until": moments[-1]} | self.cut)

    def page(self, **changes: str | None) -> str:
        """The page of figures with something else chosen; None takes a choice away."""
        asked: dict[str, str | None] = {"view": self.span.view, "on": self.span.first.isoformat(), **self.cut}
        kept = {name: value for name, value in (asked | changes).items() if value is not None}
        return f"{reverse('figures', args=[self.slug])}?{urlencode(kept)}"

    def rows(self, of: str, key: str = "") -> str:
        """The rows behind a count of the whole span."""
        return f"{self.rows_at}?{urlencode({'of': of, 'key': key})}&{self.all_the_time}"

    def column(self, of: str, key: str = "") -> list[str]:
        """Those behind each column."""
        asked = urlencode({"of": of, "key": key})
        return [f"{self.rows_at}?{asked}&{time}" for time in self.times]
