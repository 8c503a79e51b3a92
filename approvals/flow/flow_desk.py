"""A reviewer's desk: the item on the screen, the next ones already laid beside it, and nobody else's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from approvals import access, holds
from approvals.flow import flow_order
from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.waiting import offers, statements
from approvals.waiting.places import Place

AHEAD = 2


@dataclass(frozen=True)
class Known:
    """A prefetched item as the page has it: under which epoch, and what it showed."""

    epoch: int
    mark: str


@dataclass(frozen=True)
class Fresh:
    """An item newly laid on the desk."""

    proposal: Proposal
    epoch: int

    @property
    def mark(self) -> str:
        return mark(self.proposal)


def mark(proposal: Proposal) -> str:
    """What a page of the item shows, in short: another mark, and the page is out of date."""
    return f"{proposal.round}.{proposal.digest[:16]}"


def still_good(member: Membership, known: Mapping[UUID, Known], now: datetime) -> set[UUID]:
    """Renews what is prefetched. Left out: what ran out and was taken, was settled, or is no longer as it was shown."""
    kept = holds.renew(member=member, epochs={pk: one.epoch for pk, one in known.items()}, now=now)
    rows = offers.answerable(member, now).filter(pk__in=kept).only("id", "round", "digest")
    return {row.pk for row in rows if mark(row) == known[row.pk].mark} if kept else set()


def answerable(member: Membership, wanted: Iterable[UUID], now: datetime) -> dict[UUID, Proposal]:
    """Those of these that the member may answer now, with no more than their order needs."""
    asked = list(wanted)
    if not asked or not member.may(Role.REVIEWER):
        return {}
    named = dict(zip(statements.items(len(asked)), asked, strict=True))
    rows = statements.ask(_answerable(len(asked)), statements.of(member, now) | named)
    return {row.pk: row for row in rows}


@cache
def _answerable(many: int) -> statements.Kept[Proposal]:
    rows = offers.answerable(statements.ANYBODY, statements.NOW)
    return statements.keep(rows.filter(pk__in=statements.items(many)).only(*flow_order.KEYS))


def claim(
    member: Membership,
    place: Place,
    now: datetime,
    *,
    last: Proposal | None,
    want: int,
    besides: Iterable[UUID],
) -> dict[UUID, int]:
    """Up to ``want`` of what comes after ``last`` in the place, and from its top when its end is reached."""
    got: dict[UUID, int] = {}
    left_out = set(besides)
    for rows in flow_order.onward(member, place, now, last):
        if len(got) < want:
            more = want - len(got)
            got |= holds.claim(member=member, rows=rows, want=more, now=now, besides=left_out | got.keys())
    return got


def refill(
    member: Membership,
    place: Place,
    now: datetime,
    *,
    last: Proposal | None,
    known: Sequence[UUID],
    besides: Iterable[UUID],
) -> list[Fresh]:
    """Claim what is missing ahead, whole."""
    want = AHEAD - len(known)
    epochs = claim(member, place, now, last=last, want=want, besides={*known, *besides}) if want > 0 else {}
    whole = [(access.found(member, pk), epoch) for pk, epoch in epochs.items()]
    return [Fresh(proposal, epoch) for proposal, epoch in whole if proposal is not None]


def next_one(member: Membership, place: Place, now: datetime, answered: Proposal) -> UUID | None:
    """For a page that has nothing ahead: claim the first offered after this one, and open it."""
    with transaction.atomic():  # one commit for both
        for pk in claim(member, place, now, last=answered, want=1, besides={answered.pk}):
            if holds.open_one(proposal_id=pk, member=member, now=now) is not None:
                return pk
    return None
