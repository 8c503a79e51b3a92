"""Decisions: the right person, on what they saw, once; four eyes, quorum, and an undo that is real."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction

from approvals import gates, holds, ids, ledger, locks, people, proposals, rounds, signing
from approvals.actors import Actor
from approvals.editing import EditRefused, NotEditable, rehearse_edit
from approvals.lanes import audits, labels, ladder
from approvals.models import Batch, Decision, Membership, Proposal
from approvals.models.decision import SIGNATURES, Verdict
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.objections import (
    HAS_BEGUN,
    AlreadyAnswered,
    MissingReason,
    NotReady,
    NotYourDecision,
    PolicyForbids,
    RecordedAlready,
    SignedByOthers,
    StaleView,
    TooLate,
    law_of,
)
from approvals.oversight import drills, exposures
from approvals.oversight.exposures import Look
from approvals.proposals import AlreadySettled
from approvals.rounds import reopen
from approvals.routing import covers, given
from approvals.telling import notice_occasions
from approvals.waiting import statements

REASONS = {
    "wrong_value": "A value is wrong",
    "wrong_target": "Wrong vendor, account or recipient",
    "duplicate": "Already done or proposed",
    "not_justified": "The evidence does not support it",
    "not_ours": "Not ours to do",
    "policy": "Against our policy",
    "suspicious": "Suspicious content",
    "unclear": "Cannot be read or understood",
    "other": "Something else",
}


__all__ = [  # errors of what is done here, and what else is known under this name
    "AlreadyAnswered", "EditRefused", "MissingReason", "NotEditable", "NotReady", "NotYourDecision", "PolicyForbids",
    "RecordedAlready", "SignedByOthers", "StaleView", "TooLate", "rehearse_edit", "reopen",
]  # fmt: skip


def decide(
    *,
    proposal_id: Any,
    member: Membership,
    verdict: str,
    seen_digest: str,
    actor: Actor,
    now: datetime,
    arguments: dict[str, Any] | None = None,
    reason_code: str = "",
    note: str = "",
    look: Look | None = None,
    batch: Batch | None = None,
    seen_round: int | None = None,
) -> Proposal:
    """Record one reviewer's answer and, when enough have signed the same digest, settle the proposal.

    ``arguments`` only with ``edit``; ``look`` is how long it was read, ``batch`` what it was answered with. Under
    another ``seen_round``, as after an undo, an answer that was long on its way answers nothing.
    Raises `RecordedAlready`, `AlreadySettled`, `TooLate`, `NotYourDecision`, `StaleView`, `AlreadyAnswered`,
    `NotReady`, `PolicyForbids`, `holds.HeldByAnother`, `NotEditable`, `EditRefused`, `MissingReason`.
    """
    pen = signing.Pen(member.user_id, now, None, batch, note)
    try:
        with transaction.atomic():
            proposal = _locked(proposal_id, member)
            given_before = covers.answers(proposal, member.user_id)
            _not_twice(proposal, member, given_before, verdict, seen_digest, reason_code, arguments)
            _check(proposal, member, given_before, verdict, seen_digest, reason_code, now)
            if seen_round not in (None, proposal.round):
                raise StaleView(f"round {seen_round} of {proposal.public_id}")
            pen = replace(pen, covering=_seat(proposal, member, now))
            decision = signing.write(proposal, verdict, reason_code, arguments or {}, pen)
            _settle(proposal, decision, member, actor, look or Look(), now)
    except IntegrityError as error:
        if people.reviews_still(member):
            raise
        raise NotYourDecision("no reviewer any more, as the database has just found") from error
    return proposal


def _settle(
    proposal: Proposal, decision: Decision, member: Membership, actor: Actor, look: Look, now: datetime
) -> None:
    """What follows from an answer, in its own transaction."""
    seen = exposures.record(decision=decision, proposal=proposal, look=look, now=now)
    _record(proposal, decision, actor, now, exposures.told(seen))
    _conclude(proposal, decision, actor, now)
    holds.release(proposal=proposal, member=member)
    given.answered(proposal=proposal, decision=decision)


def _locked(proposal_id: Any, member: Membership) -> Proposal:
    row = statements.first(_lock(), statements.of(member) | {statements.ITEM: proposal_id})
    if row is None:
        raise Proposal.DoesNotExist(proposal_id)
    return row


@cache
def _lock() -> statements.Kept[Proposal]:
    rows = locks.take(Proposal.objects).select_related("agent__workspace", "policy", "lane")
    return statements.keep(rows.filter(pk=statements.ITEM, workspace_id=statements.HOUSE))


def _not_twice(
    proposal: Proposal,
    member: Membership,
    before: Sequence[Decision],
    verdict: str,
    seen_digest: str,
    reason_code: str,
    arguments: Any,
) -> None:
    """A lost connection, a second tab or a second click sends the same answer again. Raises `RecordedAlready`."""
    own = next((row for row in before if row.reviewer_id == member.user_id), None)
    if own is not None and signing.repeats(proposal, own, verdict, seen_digest, reason_code, arguments):
        raise RecordedAlready(own)


def may_decide(proposal: Proposal, member: Membership, now: datetime) -> bool:
    """Whether four eyes and roles let this member answer, in their own seat or in that of somebody away."""
    return (
        member.may(Role.REVIEWER)
        and member.user_id != proposal.proposed_by_id
        and member.user_id not in proposal.excluded_reviewers
        and (_is_named(proposal, member) or covers.lender(proposal, member, now) is not None)
    )


def _is_named(proposal: Proposal, member: Membership) -> bool:
    return not proposal.policy.reviewers or member.user_id in proposal.policy.reviewers


def _seat(proposal: Proposal, member: Membership, now: datetime) -> int | None:
    return None if _is_named(proposal, member) else covers.lender(proposal, member, now)


def _check(
    proposal: Proposal,
    member: Membership,
    before: Sequence[Decision],
    verdict: str,
    seen_digest: str,
    reason_code: str,
    now: datetime,
) -> None:
    if not may_decide(proposal, member, now):
        raise NotYourDecision("not a reviewer of this, or it is your own proposal")
    if proposal.state != State.PENDING:
        raise AlreadySettled(proposal)
    if proposal.expires_at <= now:
        raise TooLate(proposal.expires_at.isoformat())
    if proposal.observed_at is None:
        raise NotReady(proposal.public_id)
    if proposal.digest != seen_digest:
        raise StaleView(proposal.public_id)
    if verdict == Verdict.REJECT and reason_code not in REASONS:
        raise MissingReason(reason_code)
    stop = next((ruling for ruling in proposal.rulings if ruling["ruling"] == gates.BLOCK), None)
    if stop and verdict == Verdict.APPROVE:
        raise PolicyForbids(stop)
    if before:
        raise AlreadyAnswered(proposal.public_id)
    holds.check(proposal, member, now)


def _record(
    proposal: Proposal, decision: Decision, actor: Actor, now: datetime, look: dict[str, int] | None = None
) -> None:
    data = {"verdict": decision.verdict, "digest": decision.digest, "round": decision.round} | (look or {})
    if decision.changed_fields:
        data |= {"seen": decision.seen_digest, "changed": decision.changed_fields}
    if decision.reason_code:
        data["reason"] = decision.reason_code
    if decision.covering_id is not None:
        data["covering"] = f"user:{decision.covering_id}"
    if decision.batch_id is not None:
        data["batch"] = ids.show("batch", decision.batch_id)
    ledger.append(
        workspace_id=proposal.workspace_id, kind="decision.recorded", actor=actor, at=now, proposal=proposal.id,
        data=data,
    )  # fmt: skip


def _conclude(proposal: Proposal, decision: Decision, actor: Actor, now: datetime) -> None:
    if proposal.drill:
        drills.answered(proposal=proposal, decision=decision, actor=actor, now=now)
        return
    if decision.verdict == Verdict.REJECT:
        data = {"reason": decision.reason_code}
        proposals.settle(
            proposal=proposal, to=State.REJECTED, kind="proposal.rejected", actor=actor, now=now, data=data
        )
        labels.of_decision(proposal=proposal, decision=decision, now=now)
    elif decision.verdict == Verdict.HAND_OVER:
        proposals.settle(
            proposal=proposal, to=State.BLOCKED, kind="proposal.handed_over", actor=actor, now=now,
            failure_class="review.handed_over",
        )  # fmt: skip
        proposal.failure_class = "review.handed_over"
    elif signatures(proposal) >= proposal.quorum:
        _approve(proposal, actor, now, timedelta(seconds=proposal.policy.undo_seconds))
        labels.of_decision(proposal=proposal, decision=decision, now=now)
    else:
        notice_occasions.second_wanted(proposal=proposal, now=now)


def signatures(proposal: Proposal) -> int:
    """How many people have signed what is on the table now."""
    given = statements.ask(_signed(), {statements.ITEM: proposal.pk})
    return given.count((proposal.round, proposal.digest))


@cache
def _signed() -> statements.Kept[tuple[int, str]]:
    rows = Decision.objects.filter(proposal=statements.ITEM, verdict__in=SIGNATURES, by_policy=False)
    return statements.keep(rows.values_list("round", "digest"))


def _approve(proposal: Proposal, actor: Actor, now: datetime, undo: timedelta) -> None:
    """The database schedules the execution in this very transaction (runs/migrations/0002_laws)."""
    release_at = now + undo
    proposals.settle(
        proposal=proposal, to=State.APPROVED, kind="proposal.approved", actor=actor, now=now,
        data={"digest": proposal.digest, "release_at": release_at.isoformat()}, release_at=release_at,
    )  # fmt: skip
    proposal.release_at = release_at


def approve_by_policy(*, proposal: Proposal, actor: Actor, now: datetime) -> Proposal:
    """What every gate allowed is approved without a person. Raises `AlreadySettled`, `NotYourDecision`, `NotReady`."""
    with transaction.atomic():
        rows = locks.take(Proposal.objects).select_related("lane")
        row = rows.get(pk=proposal.pk)
        if row.state != State.PENDING or row.expires_at <= now:
            raise AlreadySettled(row)
        if row.ruling != gates.ALLOW or row.shadow or row.round != 1 or not ladder.passes(row.lane.stage):
            raise NotYourDecision("the gates asked for a person, or the lane has fallen since")
        if row.observed_at is None:
            raise NotReady(row.public_id)
        decision = Decision.objects.create(
            proposal=row, round=row.round, by_policy=True, verdict=Verdict.APPROVE, seen_digest=row.digest,
            digest=row.digest, arguments=row.arguments, decided_at=now,
        )  # fmt: skip
        _record(row, decision, actor, now)
        _approve(row, actor, now, timedelta(0))
        audits.draw(proposal=row, now=now)
    return row


def undo(*, proposal_id: Any, member: Membership, actor: Actor, now: datetime) -> Proposal:
    """Take an approval back before its window closes, or one's signature before anybody else signs: a new round begins.

    Raises `AlreadySettled`, `NotYourDecision`, `SignedByOthers`, `TooLate`.
    """
    try:
        with transaction.atomic():
            return rounds.take_back(proposal_id, member, actor, now)
    except IntegrityError as error:
        if law_of(error) != HAS_BEGUN:
            raise
        raise TooLate("a worker began it in this very moment") from error
