"""Owners of every class on one page: a line a class, read from a form and held against what was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from exceptions.models import FailureClass, Team
from exceptions.registry import Seat

SAME = "The backup must be another team: who comes when the owner does not?"
ODD = "Choose teams of this workspace."
STALE = "Somebody changed this class meanwhile. What holds now is shown."


@dataclass
class Line:
    """One class and the teams chosen for it. ``seen`` goes with the form: the version and teams that were shown."""

    row: FailureClass
    owner: int | None
    backup: int | None
    seen: str = ""
    error: str = ""

    def __post_init__(self) -> None:
        self.seen = self.seen or f"{self.row.version}:{self.row.owner_id}:{self.row.backup_id}"

    @property
    def version(self) -> int:
        return number(self.seen.partition(":")[0]) or 0

    @property
    def is_changed(self) -> bool:
        return self.seen.partition(":")[2] != f"{self.owner}:{self.backup}"


@dataclass
class Family:
    """Classes whose codes begin alike; both teams may be chosen for all of them."""

    name: str
    lines: list[Line] = field(default_factory=list)


class Table:
    """Every class with its teams, as they are, or as ``data`` of a form would have them."""

    def __init__(
        self, rows: Sequence[FailureClass], teams: Sequence[Team], data: Mapping[str, str] | None = None
    ):
        self.teams = {team.pk: team for team in teams}
        self.families = [
            Family(name, [self._line(row, name, data) for row in members])
            for name, members in groupby(rows, key=lambda row: row.code.partition(".")[0])
        ]
        self.lines = [line for family in self.families for line in family.lines]

    def _line(self, row: FailureClass, family: str, data: Mapping[str, str] | None) -> Line:
        if data is None or f"seen-{row.pk}" not in data:
            return Line(row, row.owner_id, row.backup_id)
        owner = data.get(f"all-owner-{family}") or data.get(f"owner-{row.pk}", "")
        backup = data.get(f"all-backup-{family}") or data.get(f"backup-{row.pk}", "")
        line = Line(row, number(owner), number(backup), seen=data[f"seen-{row.pk}"])
        if {line.owner, line.backup} - self.teams.keys():
            line.error = ODD
        elif line.owner == line.backup:
            line.error = SAME
        elif line.is_changed and line.version != row.version:
            line = Line(row, row.owner_id, row.backup_id, error=STALE)
        return line

    @property
    def errors(self) -> list[Line]:
        return [line for line in self.lines if line.error]

    def seats(self) -> list[Seat]:
        """What is wanted otherwise than it was shown. The table has no errors."""
        return [
            Seat(line.row, self.teams[line.owner or 0], self.teams[line.backup or 0], line.version)
            for line in self.lines
            if line.is_changed
        ]


def number(text: str) -> int | None:
    """The id that was sent, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
