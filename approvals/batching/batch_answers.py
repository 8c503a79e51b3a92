"""Answering a batch and taking the answer back: one decision a member, each in a transaction of its own."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import decisions, holds, ledger, locks
from approvals.actors import Actor
from approvals.batching import batches, cohorts
from approvals.batching.batches import AlreadyAnswered, NotInBatch
from approvals.models import Batch, BatchItem, Membership, Proposal
from approvals.models.decision import Verdict
from approvals.models.proposal import State
from approvals.proposals import AlreadySettled

APPROVED, SIGNED, REJECTED, LEFT_OUT, TAKEN_BACK = "approved", "signed", "rejected", "left_out", "taken_back"
CODES: dict[type[Exception], str] = {
    AlreadySettled: "settled",
    decisions.StaleView: "changed",
    decisions.TooLate: "expired",
    decisions.NotYourDecision: "not_yours",
    decisions.AlreadyAnswered: "answered",
    decisions.RecordedAlready: "answered",
    decisions.NotReady: "not_ready",
    holds.HeldByAnother: "held",
}
WORDS = {
    APPROVED: "approved",
    SIGNED: "signed, another signature is needed",
    REJECTED: "rejected",
    TAKEN_BACK: "taken back",
    "changed": "changed while you looked",
    "settled": "settled by somebody else",
    "expired": "ran out of time",
    "held": "on a colleague’s screen",
    "answered": "answered by you before",
    "not_ready": "being read again",
    "not_yours": "not yours to decide",
    LEFT_OUT: "left out",
    "": "not reached",
}


class NothingTicked(ValueError):
    """No member was chosen."""


class NotYetOpened(LookupError):
    """Some must be looked at first: `items`."""

    def __init__(self, items: Sequence[BatchItem]):
        super().__init__(f"{len(items)} have not been looked at")
        self.items = items


class NotYourBatch(PermissionError):
    """Whoever opened a batch answers it, and takes it back."""


def decide(
    *,
    batch: Batch,
    member: Membership,
    ticked: Collection[UUID],
    verdict: str,
    actor: Actor,
    now: datetime,
    reason_code: str = "",
    note: str = "",
) -> dict[str, int]:
    """Give every ticked member the same answer. Returns how many came to which outcome (`WORDS`).

    Raises `NotYourBatch`, `AlreadyAnswered`, `NotInBatch`, `NothingTicked`, `decisions.MissingReason`, `NotYetOpened`.
    """
    if batch.reviewer_id != member.user_id or batch.workspace_id != member.workspace_id:
        raise NotYourBatch(batch.public_id)
    members = batches.items(batch)
    _check(batch, members, ticked, verdict, reason_code, now)
    if not Batch.objects.filter(pk=batch.pk, decided_at__isnull=True).update(decided_at=now):
        raise AlreadyAnswered(batch.public_id)
    batch.decided_at = now
    answer = {"verdict": verdict, "reason_code": reason_code, "note": note}
    for item in members:
        item.outcome = (
            _answer(item, batch, member, actor, now, answer) if item.proposal_id in ticked else LEFT_OUT
        )
    counts = Counter(item.outcome for item in members)
    with transaction.atomic():
        batch.items.filter(outcome="").exclude(proposal__in=list(ticked)).update(outcome=LEFT_OUT)
        batches.leave(batch=batch, member=member)
        _record("batch.decided", batch, actor, now, {"verdict": verdict, **counts})
    return dict(counts)


def _check(
    batch: Batch,
    members: Sequence[BatchItem],
    ticked: Collection[UUID],
    verdict: str,
    reason_code: str,
    now: datetime,
) -> None:
    if batch.decided_at is not None:
        raise AlreadyAnswered(batch.public_id)
    if not set(ticked) <= {item.proposal_id for item in members}:
        raise NotInBatch(batch.public_id)
    if not ticked:
        raise NothingTicked(batch.public_id)
    if verdict not in (Verdict.APPROVE, Verdict.REJECT):
        raise ValueError(f"a batch is approved or rejected, not {verdict!r}")
    if verdict == Verdict.REJECT and reason_code not in decisions.REASONS:
        raise decisions.MissingReason(reason_code)
    standing = [item for item in members if batches.stands(item, batch, now)]
    unseen = batches.to_look_at(members, standing, ticked)
    if unseen:
        raise NotYetOpened(unseen)


def _answer(
    item: BatchItem, batch: Batch, member: Membership, actor: Actor, now: datetime, answer: dict[str, Any]
) -> str:
    """One member's decision, or the reason why there is none. The lock keeps it what it was while it is answered."""
    try:
        with transaction.atomic():
            row = locks.take(Proposal.objects).get(pk=item.proposal_id)
            if row.state != State.PENDING:
                raise AlreadySettled(row)
            if not cohorts.belongs(row, batch.cohort):
                raise decisions.StaleView(row.public_id)
            settled = decisions.decide(
                proposal_id=row.pk,
                member=member,
                seen_digest=item.digest,
                actor=actor,
                now=now,
                batch=batch,
                seen_round=1,
                **answer,
            )
            outcome = str(settled.state) if settled.state in (APPROVED, REJECTED) else SIGNED
            BatchItem.objects.filter(pk=item.pk).update(outcome=outcome)
            return outcome
    except tuple(CODES) as error:
        code = next(code for kind, code in CODES.items() if isinstance(error, kind))
        BatchItem.objects.filter(pk=item.pk).update(outcome=code)
        return code


def undo(*, batch: Batch, member: Membership, actor: Actor, now: datetime) -> dict[str, int]:
    """Take back every approval of the batch whose window is open. Returns how many were, and how many could not be.

    Raises `NotYourBatch`.
    """
    if batch.reviewer_id != member.user_id or batch.workspace_id != member.workspace_id:
        raise NotYourBatch(batch.public_id)
    counts = Counter({TAKEN_BACK: 0, "too_late": 0})
    for item in batch.items.filter(outcome=APPROVED, proposal__round=1).order_by("position"):
        counts[_take_back(item, member, actor, now)] += 1
    if counts[TAKEN_BACK]:
        with transaction.atomic():
            _record("batch.undone", batch, actor, now, dict(counts))
    return dict(counts)


def _take_back(item: BatchItem, member: Membership, actor: Actor, now: datetime) -> str:
    try:
        with transaction.atomic():
            decisions.undo(proposal_id=item.proposal_id, member=member, actor=actor, now=now)
            BatchItem.objects.filter(pk=item.pk).update(outcome=TAKEN_BACK)
            return TAKEN_BACK
    except (AlreadySettled, decisions.TooLate, decisions.NotYourDecision):
        return "too_late"


def until(members: Sequence[BatchItem], now: datetime) -> datetime | None:
    """How long the first of its approvals can still be taken back; None when none can."""
    ends = [
        item.proposal.release_at
        for item in members
        if item.outcome == APPROVED and item.proposal.state == State.APPROVED and item.proposal.release_at
    ]
    open_still = [end for end in ends if end > now]
    return min(open_still) if open_still else None


def summary(members: Sequence[BatchItem]) -> list[str]:
    """ "37 approved", "1 changed while you looked", "2 left out"."""
    counts = Counter(item.outcome for item in members)
    return [f"{counts[code]} {words}" for code, words in WORDS.items() if counts[code]]


def _record(kind: str, batch: Batch, actor: Actor, now: datetime, data: dict[str, int | str]) -> None:
    ledger.append(
        workspace_id=batch.workspace_id,
        kind=kind,
        actor=actor,
        at=now,
        data={"batch": batch.public_id} | data,
    )
