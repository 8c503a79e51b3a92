"""How failures leave the queue: never without a disposition, a reason and a name. A case is resolved with its last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from approvals import ledger, locks, proposals
from approvals.actors import Actor
from approvals.models import Membership, Proposal
from approvals.models.proposal import State as ProposalState
from exceptions import cases, episodes, money
from exceptions.models import Case, Occurrence, Resolution
from exceptions.models.case import State

OPEN = "open"
MOST = 500  # occurrences settled by one decision
BY_HAND = ("amended", "dismissed", "asked_again")
REASONS = {
    "duplicate": "Already done or proposed",
    "not_justified": "The evidence does not support it",
    "not_ours": "Not ours to do",
    "policy": "Against our policy",
    "suspicious": "Suspicious content",
    "unclear": "Cannot be read or understood",
    "done_elsewhere": "Done by hand, or settled elsewhere",
    "passed": "The cause is gone, and nothing is left to do",
    "other": "Something else",
}


class AlreadySettled(LookupError):
    """Somebody or something was quicker: the occurrence has its disposition."""


class NotOffered(ValueError):
    """The failure class does not allow this way out, or it does not fit what failed."""


class MissingReason(ValueError):
    """A dismissal needs one of `REASONS`, and “something else” needs a note."""


@dataclass(frozen=True)
class Answer:
    """What became of it, who says so, and why. ``by`` is empty when a worker found out."""

    disposition: str
    actor: Actor
    now: datetime
    by: int | None = None
    reason_code: str = ""
    note: str = ""


def settle_occurrence(
    *,
    occurrence: Occurrence,
    disposition: str,
    actor: Actor,
    now: datetime,
    by: int | None = None,
    reason_code: str = "",
    note: str = "",
) -> Case:
    """Give one open occurrence its disposition; the case resolves with its last. Raises `AlreadySettled`."""
    with transaction.atomic():
        case = _hold(occurrence.case_id)
        if not _settle(case, [occurrence.pk], Answer(disposition, actor, now, by, reason_code, note)):
            raise AlreadySettled(f"occurrence {occurrence.pk}")
    return case


def settle_for_execution(
    *,
    execution_id: UUID,
    disposition: str,
    actor: Actor,
    now: datetime,
    by: int | None = None,
    reason_code: str = "",
    note: str = "",
) -> int:
    """Settle whatever is open of an execution, in every case it lies in. Returns how many occurrences that were."""
    found = Occurrence.objects.filter(execution=execution_id, disposition=OPEN)
    return settle_all(found, Answer(disposition, actor, now, by, reason_code, note))


def settle_for_proposal(
    *,
    proposal: Proposal,
    disposition: str,
    actor: Actor,
    now: datetime,
    by: int | None = None,
    reason_code: str = "",
    note: str = "",
) -> int:
    """Settle whatever is open of a proposal itself, its executions aside. Returns how many."""
    found = Occurrence.objects.filter(proposal=proposal, execution__isnull=True, disposition=OPEN)
    return settle_all(found, Answer(disposition, actor, now, by, reason_code, note))


def dismiss(
    *,
    case: Case,
    occurrences: Iterable[int],
    member: Membership,
    reason_code: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> Case:
    """Let failures go, with a reason. What was blocked is rejected; what was approved stays unexecuted.

    Raises `cases.NotYourCase`, `NotOffered`, `MissingReason`, `AlreadySettled` when none of them was open any more.
    """
    cases.of_member(member, case)
    if "dismiss" not in case.failure_class.resolutions:
        raise NotOffered("failures of this class are not dismissed")
    if reason_code not in REASONS or (reason_code == "other" and not note.strip()):
        raise MissingReason(reason_code)
    with transaction.atomic():
        wanted = Occurrence.objects.filter(case=case, pk__in=list(occurrences)[:MOST], disposition=OPEN)
        ready = list(wanted.order_by("id"))
        if not ready:
            raise AlreadySettled(case.public_id)
        reject_blocked(ready, reason_code, actor, now)
        row = _hold(case.pk)
        marks = [occurrence.pk for occurrence in ready]
        if not _settle(row, marks, Answer("dismissed", actor, now, member.user_id, reason_code, note)):
            raise AlreadySettled(case.public_id)
    return row


def reject_blocked(occurrences: list[Occurrence], reason_code: str, actor: Actor, now: datetime) -> set[UUID]:
    """Blocked proposals end with their occurrences, those that ended otherwise stay as they are. Returns which did."""
    blocked = locks.take(Proposal.objects).filter(
        pk__in=[row.proposal_id for row in occurrences if row.execution is None], state=ProposalState.BLOCKED
    )
    rejected = list(blocked.order_by("id"))
    for proposal in rejected:
        proposals.dismiss(proposal=proposal, actor=actor, now=now, reason_code=reason_code)
    return {proposal.pk for proposal in rejected}


def settle_together(*, case: Case, occurrences: Iterable[Occurrence], answer: Answer) -> int:
    """Those of one case that are still open, by a few statements. Within a transaction. Returns how many."""
    return _settle(_hold(case.pk), [row.pk for row in occurrences], answer)


def settle_marked(*, case: UUID, marks: list[int], answer: Answer) -> int:
    """Those of a case with these ids that are still open. Within a transaction. Returns how many."""
    return _settle(_hold(case), marks, answer)


def settle_all(found: QuerySet[Occurrence], answer: Answer) -> int:
    """Those of them that are open, case by case. Returns how many."""
    settled = 0
    with transaction.atomic():
        by_case: dict[UUID, list[int]] = {}
        ordered = found.order_by("case__fingerprint", "case_id", "id")  # as whoever opens them locks them
        for pk, case_id in ordered.values_list("pk", "case_id"):
            by_case.setdefault(case_id, []).append(pk)
        for case_id, marks in by_case.items():
            settled += _settle(_hold(case_id), marks, answer)
    return settled


def _hold(case_id: UUID) -> Case:
    return locks.take(Case.objects).select_related("failure_class").get(pk=case_id)


def _settle(case: Case, marks: list[int], answer: Answer) -> int:
    """Settle those still open, in a locked case, with one entry each; the count of a case never leads its rows."""
    rows = locks.take(Occurrence.objects).filter(case=case, pk__in=marks, disposition=OPEN)
    if answer.disposition in BY_HAND:
        rows = rows.filter(resent_at__isnull=True)  # it is on its way again: first it is seen how that ends
    still = list(rows)
    if not still:
        return 0
    Occurrence.objects.filter(pk__in=[row.pk for row in still]).update(disposition=answer.disposition)
    Resolution.objects.bulk_create(
        Resolution(
            case=case, occurrence=row, kind=answer.disposition, reason_code=answer.reason_code, note=answer.note,
            by_id=answer.by, at=answer.now,
        )
        for row in still
    )  # fmt: skip
    ledger.append_many([_fact(case, row, answer) for row in still])
    case.open_count -= len(still)
    case.save(update_fields=["open_count", *money.take(case, still)])
    if case.open_count == 0:
        close(case=case, actor=answer.actor, now=answer.now)
    return len(still)


def _fact(case: Case, settled: Occurrence, answer: Answer) -> ledger.Fact:
    reason = {"reason": answer.reason_code} if answer.reason_code else {}
    return ledger.entry(
        workspace_id=case.workspace_id, kind="occurrence.settled", actor=answer.actor, at=answer.now, case=case.id,
        proposal=settled.proposal_id, execution=settled.execution, run=settled.run,
        data={"occurrence": settled.pk, "disposition": answer.disposition} | reason,
    )  # fmt: skip


def close(*, case: Case, actor: Actor, now: datetime) -> None:
    """Resolve a locked case in which nothing is open any more, in the caller's transaction."""
    case.state, case.resolved_at = State.RESOLVED, now
    case.next_escalation_at = case.acknowledged_until = case.snoozed_until = case.escalated_to = None
    case.save(
        update_fields=[
            "state", "resolved_at", "next_escalation_at", "acknowledged_until", "snoozed_until", "escalated_to",
        ]
    )  # fmt: skip
    episodes.end(case=case, now=now)
    ledger.append(workspace_id=case.workspace_id, kind="case.resolved", actor=actor, at=now, case=case.id)
