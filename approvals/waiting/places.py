"""A place in the queue: which rows, in which order, narrowed how, and the row its page begins behind."""

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from django.urls import reverse
from django.utils.http import urlencode

from approvals.waiting.filters import Filters
from approvals.waiting.offers import DEADLINE, ORDERS

MINE, SECOND, GIVEN, ALL, SETTLED = "mine", "second", "given", "all", "settled"
ASIDE, HELD = "aside", "held"
VIEWS = {
    MINE: "For me",
    SECOND: "Second",
    GIVEN: "Given",
    ALL: "All",
    SETTLED: "Settled",
    ASIDE: "Set aside",
    HELD: "Held",
}
ORDER_WORDS = {DEADLINE: "Deadline", "risk": "Risk", "money": "Money"}


@lru_cache(maxsize=1000)
def _path_of_all(name: str, slug: str) -> str:
    return reverse(name, args=[slug])


@lru_cache(maxsize=1000)
def _around_an_item(name: str, slug: str) -> tuple[str, str]:
    before, _, behind = reverse(name, args=[slug, "-"]).rpartition("/-/")
    return before, behind


def _path(name: str, slug: str, item: str = "") -> str:
    """What stands around the id of an item is looked up once: a page has fifty such addresses."""
    if not item:
        return _path_of_all(name, slug)
    before, behind = _around_an_item(name, slug)
    return f"{before}/{item}/{behind}"


def item_url(slug: str, public_id: str) -> str:
    """The page of a proposal, wherever in the queue it stands."""
    return _path("proposal", slug, public_id)


@dataclass(frozen=True)
class Place:
    """A view of the queue, what is searched in it, its order and filters, and where its page begins."""

    view: str = MINE
    search: str = ""
    after: str = ""
    order: str = DEADLINE
    filters: Filters = field(default_factory=Filters)
    panel: bool = False  # whether the filters are asked for, by those without the script

    def query(self) -> dict[str, str]:
        """What an address says to lead to the top of this place; a saved view keeps exactly this."""
        return dict(self._told)

    @cached_property
    def _told(self) -> dict[str, str]:
        order = "" if self.order == DEADLINE else self.order
        told = {"view": self.view, "q": self.search, "order": order, **self.filters.told()}
        return {key: value for key, value in told.items() if value}

    @cached_property
    def _here(self) -> str:
        return urlencode(self._told | ({"after": self.after} if self.after else {}))

    def url(self, name: str, *args: str, **more: str) -> str:
        """An address that keeps the place; ``more`` is said besides."""
        if not more:  # as most are, and a page has forty
            return f"{_path(name, *args)}?{self._here}" if self._here else _path(name, *args)
        told = self._told | ({"after": self.after} if self.after else {}) | more
        return f"{_path(name, *args)}?{urlencode(told)}"

    def top(self) -> "Place":
        """The same place from its first row on."""
        return replace(self, after="", panel=False)

    def plain(self) -> "Place":
        """The same view and order with nothing left out."""
        return Place(view=self.view, order=self.order)

    @property
    def columns(self) -> tuple[str, ...]:
        """What its rows are sorted by."""
        return ("settled_at", "id") if self.view == SETTLED else ORDERS[self.order]

    @property
    def narrowed(self) -> bool:
        """Whether rows of the view are left out."""
        return bool(self.search or self.filters)
