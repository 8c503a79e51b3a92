"""From a mark to the rows behind it, or to the same page about something else."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from runs.figures.reading import Slice
from runs.figures.spans import Span


class Links:
    """Addresses of one page of figures: its workspace, its span, and what it is cut down to."""

    def __init__(self, slug: str, span: Span, of: Slice) -> None:
        self.slug, self.span, self.of = slug, span, of

    def page(self, **changes: str | None) -> str:
        """The page of figures with something else chosen; None takes a choice away."""
        asked: dict[str, str | None] = {
            "view": self.span.view, "on": self.span.first.isoformat(), "workflow": self.of.workflow,
            "version": self.of.version,
        }  # fmt: skip
        kept = {name: value for name, value in (asked | changes).items() if value is not None}
        return f"{reverse('figures', args=[self.slug])}?{urlencode(kept)}"

    def rows(self, of: str, key: str = "", slot: int | None = None) -> str:
        """The rows behind a count: of one column, or of the whole span."""
        since = self.span.since if slot is None else self.span.slots[slot]
        until = self.span.until if slot is None else self.span.ends(slot)
        asked = {"of": of, "key": key, "since": _short(since), "until": _short(until)}
        if self.of.workflow is not None:
            asked["workflow"] = self.of.workflow
        if self.of.version is not None:
            asked["version"] = self.of.version
        return f"{reverse('figure-rows', args=[self.slug])}?{urlencode(asked)}"

    def column(self, of: str, key: str = "") -> list[str]:
        """The same for every column."""
        return [self.rows(of, key, slot) for slot in range(len(self.span.slots))]


def _short(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"
