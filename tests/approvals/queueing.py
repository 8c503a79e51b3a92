"""What tests of the queue do over and over: proposals of known order, holds, asides, and what a place shows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from approvals.models import Aside, Assignment, Hold, Membership, Proposal
from approvals.waiting import paging, queue
from approvals.waiting.filters import Filters
from approvals.waiting.places import Place
from tests import builders
from tests.people import Company

HOUR = timedelta(hours=1)


def waiting(
    company: Company, title: str = "Chairs", *, hours: float = 5, amount: str = "10.00", **columns: Any
) -> Proposal:
    """A memo that runs out in so many hours; ``columns`` are set as they are, past every gate."""
    proposal = builders.a_proposal(
        company.bot,
        arguments={"title": title, "amount": amount},
        expires_at=timezone.now() + timedelta(hours=hours),
    )
    if columns:
        Proposal.objects.filter(pk=proposal.pk).update(**columns)
        proposal.refresh_from_db()
    return proposal


def shown(member: Membership, view: str = queue.MINE, **more: Any) -> list[UUID]:
    """The rows of a place; what is no part of a place is a filter."""
    place = {name: more.pop(name) for name in ("search", "after", "order") if name in more}
    return [row.pk for row in page(member, Place(view, filters=Filters(**more), **place)).rows]


def page(member: Membership, place: Place) -> paging.Page:
    return paging.page(member, place, timezone.now())


def hold(proposal: Proposal, member: Membership, *, until: datetime | None = None) -> Hold:
    now = timezone.now()
    return Hold.objects.create(
        proposal=proposal, reviewer=member.user, epoch=10**9 + Hold.objects.count(), taken_at=now,
        until=until or now + HOUR, opened_at=now,
    )  # fmt: skip


def set_aside(proposal: Proposal, member: Membership, *, until: datetime | None = None) -> Aside:
    now = timezone.now()
    return Aside.objects.create(
        proposal=proposal, reviewer=member.user, set_at=now, until=until or now + HOUR
    )


def give(proposal: Proposal, by: Membership, *to: Membership) -> Assignment:
    now = timezone.now()
    return Assignment.objects.create(
        proposal=proposal, assigned_by=by.user, to=[member.user_id for member in to],
        label=", ".join(member.user.username for member in to), assigned_at=now, until=now + HOUR,
    )  # fmt: skip


def no_scan_and_no_sort() -> None:
    """Until the transaction ends. Of a few thousand rows every plan is cheap, and what earlier tests left in an index
    tips the scales: what is asked is whether a plan without scan and sort is there to be chosen.
    """
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


def many(model: Proposal, number: int) -> None:
    """So many copies of a proposal, of different deadlines, risks and amounts, and the planner told of them."""
    own = {
        "id": "gen_random_uuid()",
        "idempotency_key": "'many-' || n",
        "subject": "'many:' || n",
        "expires_at": "p.expires_at + n * interval '7 seconds'",
        "risk": "(array['high', 'medium', 'low', 'low'])[1 + n % 4]",
        "amount": "n % 97",
    }
    columns = [field.column for field in Proposal._meta.concrete_fields if not field.generated]
    values = ", ".join(own.get(column, f'p."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO approvals_proposal ({names}) SELECT {values} "
            f"FROM approvals_proposal p, generate_series(1, {number}) n WHERE p.id = '{model.pk}'"
        )
        cursor.execute("ANALYZE approvals_proposal")
