"""Minutes saved and the cost of a decision: two estimates, each with everything it rests on said beside it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership, Workspace
from approvals.models.workspace import Role
from runs.figures import measures, spoken
from runs.figures.tallies import Tally
from runs.models import Worth


class NotYours(PermissionError):
    """Only admins say what a decision costs by hand."""


class SameWorth(ValueError):
    """Exactly this holds already."""


IN_HOURS = 100  # so many minutes are told in hours


@dataclass(frozen=True)
class Saved:
    """``minutes`` is None until somebody has said what one write takes by hand."""

    written: int
    by_hand: Decimal | None
    reading: Decimal

    @property
    def minutes(self) -> Decimal | None:
        """Writes that were made, times what one takes by hand, less the time people read. May be below nothing."""
        return None if self.by_hand is None else self.written * self.by_hand - self.reading

    @property
    def words(self) -> str:
        if self.minutes is None:
            return "–"
        many = float(self.minutes)
        return (
            f"{many:,.0f} min" if abs(many) < IN_HOURS else f"{many / 60:,.{0 if abs(many) >= 600 else 1}f} h"
        )

    @property
    def basis(self) -> str:
        if self.by_hand is None:
            return f"{self.written:,} writes; nobody has said what one takes by hand"
        return f"{self.written:,} writes at {self.by_hand:g} min, less {self.reading:,.0f} min of reading"


def saved(tally: Tally, worth: Worth | None) -> Saved:
    """Of a stretch of time."""
    reading = tally.total(measures.READING)
    return Saved(tally.written, worth.minutes.normalize() if worth else None, reading)


def per_decision(tally: Tally) -> list[str]:
    """What models cost for each proposal that came to an end, by currency, with both numbers."""
    ended = tally.escalations.n
    amounts = tally.amounts[measures.COST]
    return [
        f"{spoken.money(amounts[one] / ended, one)} ({spoken.money(amounts[one], one)} for {ended:,})"
        for one in tally.currencies()[:4]
        if ended
    ]


def in_force(workspace: Workspace) -> Worth | None:
    """What an admin said last."""
    return Worth.objects.filter(workspace=workspace).order_by("-id").first()


def say(*, member: Membership, minutes: Decimal, actor: Actor, now: datetime) -> Worth:
    """A write takes a person so many minutes by hand. Raises `NotYours`, `SameWorth`."""
    if not member.may(Role.ADMIN):
        raise NotYours("this needs the role admin")
    with transaction.atomic():
        # two admins at once: the second sees what the first has said
        workspace = locks.take(Workspace.objects).get(pk=member.workspace_id)
        before = in_force(workspace)
        if before is not None and before.minutes == minutes:
            raise SameWorth(str(before))
        row = Worth.objects.create(workspace=workspace, minutes=minutes, set_by_id=member.user_id, set_at=now)
        ledger.append(
            workspace_id=workspace.pk, kind="worth.set", actor=actor, at=now,
            data={"worth": row.pk, "minutes": str(minutes)},
        )  # fmt: skip
    return row
