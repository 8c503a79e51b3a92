"""Batches: what is alike, answered together by one person after looking at a few, each with a decision of its own.

The members are fixed and held when it is opened, under the digests they had then. Some are drawn by chance to be looked
at first; what is unlike the rest must be looked at or left out. Whatever changed meanwhile stays behind, and the others
are answered all the same: never all or nothing.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from approvals import holds, ids, ledger, locks
from approvals.actors import Actor
from approvals.batching import batch_holds, batch_outliers, batch_values, cohorts
from approvals.models import Batch, BatchItem, Membership, Proposal
from approvals.models.proposal import State
from approvals.waiting import offers

MOST = 50
FEWEST = 2
NEAR = 500  # so many of a cohort, oldest first, are put in order: its size costs nothing
LOOKS = 3  # at least so many are looked at, or all of fewer
ONE_IN = 10
AGAIN = timedelta(minutes=15)  # so long the same members come back, and no other sample can be drawn


class OnlyAlone(LookupError):
    """Its risk, its checks or its past want an answer of its own; or nobody asks this member."""


class NothingAlike(LookupError):
    """No other one like it is offered to this member now."""


class NotInBatch(LookupError):
    """The batch holds no such proposal."""


class AlreadyAnswered(LookupError):
    """The batch has been answered; what became of each is on record."""


def open_batch(*, member: Membership, proposal: Proposal, actor: Actor, now: datetime) -> Batch:
    """Fix and hold what is like this proposal, up to `MOST`, most urgent first; draw those to look at.

    Opened again before it was answered, the same batch comes back. From a drill, its like are gathered without it.
    Raises `OnlyAlone`, `NothingAlike`.
    """
    with transaction.atomic():
        list(locks.take(Membership.objects).filter(pk=member.pk))
        again = _unanswered(member, proposal, now)
        if again is not None:
            keep(batch=again, member=member, now=now)
            return again
        members = _gather(member, proposal, now)
        batch = Batch.objects.create(
            workspace_id=member.workspace_id,
            reviewer_id=member.user_id,
            cohort=proposal.cohort,
            created_at=now,
        )
        looks = _fix(batch, members)
        ledger.append(
            workspace_id=member.workspace_id, kind="batch.opened", actor=actor, at=now,
            data={"batch": batch.public_id, "members": len(members), "looks": looks},
        )  # fmt: skip
    return batch


def alike(member: Membership, cohort: str, now: datetime) -> QuerySet[Proposal]:
    """What of a cohort is offered to the member now."""
    if cohort == cohorts.ALONE:
        return Proposal.objects.none()
    single = {"round": 1, "quorum": 1, "shadow": False, "drill": False}
    return offers.offered(member, now).filter(cohort=cohort, **single).exclude(risk=cohorts.RISKY)


def _unanswered(member: Membership, proposal: Proposal, now: datetime) -> Batch | None:
    mine = Batch.objects.filter(
        workspace_id=member.workspace_id, reviewer_id=member.user_id, decided_at__isnull=True
    )
    fresh = mine.filter(created_at__gt=now - AGAIN, cohort=proposal.cohort).exclude(cohort=cohorts.ALONE)
    if not proposal.drill:
        fresh = fresh.filter(items__proposal=proposal)
    return fresh.order_by("-created_at").first()


def _gather(member: Membership, proposal: Proposal, now: datetime) -> list[Proposal]:
    rows = alike(member, proposal.cohort, now)
    fit = offers.offered(member, now).exclude(cohort=cohorts.ALONE) if proposal.drill else rows
    if not fit.filter(pk=proposal.pk).exists():
        raise OnlyAlone(proposal.public_id)
    asked = [] if proposal.drill else [proposal.pk]
    order = offers.ORDERS[offers.DEADLINE]
    near = rows.exclude(pk=proposal.pk).order_by("id").values("pk")[:NEAR]
    others = Proposal.objects.filter(pk__in=near).order_by(*order).values_list("pk", flat=True)[: MOST - 1]
    held = batch_holds.take(member=member, members=[*asked, *others], now=now)
    if not held.issuperset(asked) or len(held) < FEWEST:
        raise NothingAlike(proposal.public_id)
    return list(Proposal.objects.filter(pk__in=held).order_by(*order))


def _fix(batch: Batch, members: list[Proposal]) -> int:
    """Keep the members with their digests. Returns how many were drawn to be looked at."""
    looks = min(len(members), max(LOOKS, -(-len(members) // ONE_IN)))
    drawn = set(secrets.SystemRandom().sample(range(len(members)), looks))
    odd = batch_outliers.find(members, batch_values.fields(members))
    BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch, proposal=row, position=position + 1, digest=row.digest, outlier=position in odd,
            must_open=position in drawn,
        )
        for position, row in enumerate(members)
    )  # fmt: skip
    return looks


def items(batch: Batch) -> list[BatchItem]:
    """Its members in their order, with their proposals as they stand."""
    return list(batch.items.select_related("proposal__agent", "proposal__policy").order_by("position"))


def stands(item: BatchItem, batch: Batch, now: datetime) -> bool:
    """Whether the member is still what it was when the batch was opened, and waits for an answer."""
    row = item.proposal
    waits = row.state == State.PENDING and row.expires_at > now
    return waits and row.digest == item.digest and cohorts.belongs(row, batch.cohort)


def to_look_at(
    members: Sequence[BatchItem], standing: Sequence[BatchItem], ticked: Collection[UUID]
) -> list[BatchItem]:
    """What must be looked at before the batch can be answered, of those that still stand: those drawn, and ticked ones
    unlike the rest. Where drawn ones are gone unseen, others stand in for them, so that a few are always looked at.
    """
    unseen = [item for item in standing if item.opened_at is None]
    wanted = [item for item in unseen if item.must_open or (item.outlier and item.proposal_id in ticked)]
    seen = sum(1 for item in members if item.opened_at is not None)
    missing = min(LOOKS, len(standing)) - len(wanted) - seen
    return wanted + [item for item in unseen if item not in wanted][: max(0, missing)]


def mark_opened(*, batch: Batch, proposal_id: UUID, member: Membership, now: datetime) -> None:
    """The member looks at this one now. Once is enough. Raises `NotInBatch`, `AlreadyAnswered`."""
    if batch.decided_at is not None:
        raise AlreadyAnswered(batch.public_id)
    item = batch.items.select_related("proposal").filter(proposal=proposal_id).first()
    if item is None:
        raise NotInBatch(str(proposal_id))
    if stands(item, batch, now):
        batch.items.filter(pk=item.pk, opened_at__isnull=True).update(opened_at=now)
    keep(batch=batch, member=member, now=now)


def keep(*, batch: Batch, member: Membership, now: datetime) -> None:
    """Hold the members for another while."""
    if batch.decided_at is None:
        batch_holds.take(member=member, members=batch.items.values_list("proposal", flat=True), now=now)


def leave(*, batch: Batch, member: Membership) -> None:
    """Let go of what was held. Nothing was answered, and nothing is lost."""
    holds.let_go(member=member, proposals=batch.items.values_list("proposal", flat=True))


def named(public_ids: Collection[str]) -> set[UUID]:
    """The ids of proposals as a form sends them. Raises `NotInBatch`."""
    try:
        return {ids.read("proposal", text) for text in public_ids}
    except ids.UnknownId as error:
        raise NotInBatch(str(error)) from error
