"""One time axis for what took milliseconds and what waited for days: where long nothing happened, it is folded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Spell = tuple[datetime, datetime]
FOLD_FROM = 0.6  # a pause longer than this share of everything that happened is folded
FOLDED = 6.0  # percent of the axis that a fold takes, or less where there are many
ALL_FOLDS = 36.0
NARROWEST = 0.7  # percent: what took no time at all is seen all the same


@dataclass(frozen=True)
class Piece:
    """A stretch of time and where it lies, in percent of the axis. Folded: nothing happened in it."""

    begins: datetime
    ends: datetime
    x: float
    width: float
    folded: bool


@dataclass(frozen=True)
class Axis:
    """From the first moment to the last, in pieces that follow each other without a gap."""

    pieces: tuple[Piece, ...]

    def place(self, at: datetime) -> float:
        """Where a moment lies, in percent; moments outside lie at the ends."""
        for piece in self.pieces:
            if at <= piece.ends:
                into = max((at - piece.begins).total_seconds(), 0.0)
                return piece.x + piece.width * into / max((piece.ends - piece.begins).total_seconds(), 1e-6)
        return 100.0

    def bar(self, begins: datetime, ends: datetime) -> tuple[str, str]:
        """Position and width in percent, as attributes; never too narrow to be seen, never beyond the end."""
        x = min(self.place(begins), 100 - NARROWEST)
        return f"{x:.2f}", f"{max(min(self.place(ends), 100.0) - x, NARROWEST):.2f}"

    @property
    def folds(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.folded]


def over(spells: Iterable[Spell]) -> Axis:
    """The axis that shows these spells: ``(begins, ends)`` of everything that happened, in any order."""
    busy = _merged(spells)
    if not busy:
        return Axis(())
    worked = sum((ends - begins for begins, ends in busy), timedelta())
    least = max(worked * FOLD_FROM, timedelta(milliseconds=1))
    stretches = _stretches(busy, least)
    folds = sum(folded for _, _, folded in stretches)
    each = min(FOLDED, ALL_FOLDS / folds) if folds else 0.0
    shown = sum((ends - begins for begins, ends, folded in stretches if not folded), timedelta())
    left, pieces = 0.0, []
    for begins, ends, folded in stretches:
        share = (ends - begins) / shown if shown else 1 / max(len(stretches) - folds, 1)
        width = each if folded else (100 - each * folds) * share
        pieces.append(Piece(begins, ends, left, width, folded))
        left += width
    return Axis(tuple(pieces))


def _merged(spells: Iterable[Spell]) -> list[Spell]:
    found: list[Spell] = []
    for begins, ends in sorted(spells):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _stretches(busy: Sequence[Spell], least: timedelta) -> list[tuple[datetime, datetime, bool]]:
    """Busy spells, pauses that are short enough to be drawn with them, and between them those that are folded."""
    found: list[tuple[datetime, datetime, bool]] = []
    for begins, ends in busy:
        if found and begins - found[-1][1] <= least:
            found[-1] = (found[-1][0], ends, False)
            continue
        if found:
            found.append((found[-1][1], begins, True))
        found.append((begins, ends, False))
    return found
