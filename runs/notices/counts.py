"""What a letter counts. Two queries for one person, however long the queue."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q

from approvals.models import Aside, Assignment, Membership
from approvals.models.proposal import State
from approvals.waiting.offers import DEADLINE, ORDERS, offered, signed_once
from approvals.wording import CAP


@dataclass(frozen=True)
class Counts:
    """How much waits for somebody, each counted up to a thousand. ``expiring`` and ``returning``: until a moment."""

    waiting: int = 0
    second: int = 0
    given: int = 0
    expiring: int = 0
    first_at: datetime | None = None
    returning: int = 0

    def as_codes(self) -> dict[str, int]:
        """For the ledger, which knows numbers only."""
        return {
            "waiting": self.waiting, "second": self.second, "given": self.given, "expiring": self.expiring,
            "returning": self.returning,
        }  # fmt: skip


def of(member: Membership, *, until: datetime, now: datetime) -> Counts:
    """What is put to the member now, what of it runs out by then, and what they set aside that comes back by then."""
    mine = Assignment.objects.filter(proposal=OuterRef("pk"), to__contains=[member.user_id], until__gt=now)
    rows = offered(member, now).annotate(signed=signed_once(), given=Exists(mine)).order_by(*ORDERS[DEADLINE])
    figures = rows.values("pk", "expires_at", "signed", "given")[: CAP + 1].aggregate(
        waiting=Count("pk"),
        second=Count("pk", filter=Q(signed=True)),
        given_to=Count("pk", filter=Q(given=True)),
        expiring=Count("pk", filter=Q(expires_at__lte=until)),
        first_at=Min("expires_at", filter=Q(expires_at__lte=until)),
    )
    figures["given"] = figures.pop("given_to")
    return Counts(**figures, returning=_returning(member, until, now))


def _returning(member: Membership, until: datetime, now: datetime) -> int:
    aside = Aside.objects.filter(
        reviewer=member.user_id, until__gt=now, until__lte=until, proposal__workspace=member.workspace_id,
        proposal__state=State.PENDING, proposal__expires_at__gt=now,
    )  # fmt: skip
    return aside.values("pk")[: CAP + 1].count()
