"""One row of the waterfall, before and after it has its place on the axis."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString

from approvals import wording
from runs.running import axis, markup

Fact = dict[str, Any]


@dataclass
class Bar:
    """Something that took from ``begins`` to ``ends``. ``waits``: time in which nobody worked, drawn thin and folded.

    ``odd`` says what its clock contradicts; ``depth`` how many stand around it.
    """

    id: str
    name: str
    icon: str
    state: str
    begins: datetime
    ends: datetime
    note: str = ""
    depth: int = 0
    waits: bool = False
    timed: bool = True  # whether how long it took is known
    url: str = ""
    facts: list[Fact] = field(default_factory=list)
    parts: list[dict[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    @property
    def spells(self) -> list[axis.Spell]:
        """What of it must be seen on the axis: of a wait its two ends only."""
        if self.waits:
            return [(self.begins, self.begins), (self.ends, self.ends)]
        return [(self.begins, self.ends)]


def fact(label: str, value: Any, url: str = "") -> Fact:
    return {"label": label, "value": value, "url": url}


def took(length: timedelta) -> str:
    """ "812 ms", "4.2 s", and from a minute on as everywhere."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else wording.spell(length)


def placed(bars: Sequence[Bar]) -> tuple[axis.Axis, list[dict[str, Any]]]:
    """The axis of all of them, and each with its markup."""
    drawn = axis.over(spell for bar in bars for spell in bar.spells)
    begin = drawn.pieces[0].begins if drawn.pieces else None
    folded = markup.folds(drawn.folds)
    return drawn, [_placed(bar, drawn, begin or bar.begins, folded) for bar in bars]


def _placed(bar: Bar, drawn: axis.Axis, begin: datetime, folded: SafeString) -> dict[str, Any]:
    x, width = drawn.bar(bar.begins, bar.ends)
    told = vars(bar) | {
        "level": min(bar.depth, 4),
        "after": took(bar.begins - begin),
        "x": x,
        "width": width,
        "took": took(bar.ends - bar.begins) if bar.timed else "",
        "facts": [one for one in bar.facts if one["value"] not in (None, "")],
    }
    return told | {"drawn": markup.row(told, folded)}
