"""Amending: the owner of a case types what was wrong, and the corrected proposal goes through the one door.

What a person typed needs no evidence, and somebody else must sign it (four eyes).
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import arguments as reading
from approvals import ids, locks, proposals, tools
from approvals.actors import Actor
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.submission import Draft, Exhibit
from exceptions import cases, intake, resolutions
from exceptions.models import Occurrence

LONGEST_CHAIN = 20


class AmendmentRefused(ValueError):
    """The gates refuse the amended arguments too; nothing was kept. ``rulings`` say why."""

    def __init__(self, refused: Proposal):
        super().__init__(refused.failure_class)
        self.rulings: list[dict[str, Any]] = refused.rulings


class NothingChanged(ValueError):
    """The same arguments again would fail again."""


def may_amend(occurrence: Occurrence) -> bool:
    """Whether a corrected proposal can take the place of what failed: surely not written, and still in the way."""
    proposal = occurrence.proposal
    if proposal is None or occurrence.disposition != resolutions.OPEN or occurrence.written != "no":
        return False
    if occurrence.resent_at is not None:
        return False  # it is on its way again
    if "amend" not in occurrence.case.failure_class.resolutions:
        return False
    return proposal.state == (State.BLOCKED if occurrence.execution is None else State.APPROVED)


def amend(
    *,
    occurrence: Occurrence,
    member: Membership,
    arguments: dict[str, Any],
    note: str,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """A new proposal in place of the one that failed, with its evidence. The old one is superseded.

    Raises `cases.NotYourCase`, `resolutions.AlreadySettled`, `resolutions.NotOffered`, `NothingChanged`,
    `AmendmentRefused`, and `canonical.NotCanonical`.
    """
    cases.of_member(member, occurrence.case)
    with transaction.atomic():
        old = (
            locks.take(Proposal.objects)
            .select_related("agent__workspace", "amends")
            .get(pk=_proposal(occurrence))
        )
        occurrence.refresh_from_db(fields=["disposition", "resent_at"])
        occurrence.proposal = old
        _check(occurrence, old, arguments)
        new = intake.receive(draft=_draft(old, member, arguments), agent=old.agent, actor=actor, now=now)
        if new.state == State.BLOCKED:
            raise AmendmentRefused(new)
        if old.state == State.BLOCKED:
            proposals.supersede(proposal=old, by=new, actor=actor, now=now)
        resolutions.settle_occurrence(
            occurrence=occurrence, disposition="amended", actor=actor, now=now, by=member.user_id, note=note
        )
    return new


def _proposal(occurrence: Occurrence) -> Any:
    if occurrence.proposal_id is None:
        raise resolutions.NotOffered("there is no proposal to amend")
    return occurrence.proposal_id


def _check(occurrence: Occurrence, old: Proposal, arguments: dict[str, Any]) -> None:
    if occurrence.disposition != resolutions.OPEN:
        raise resolutions.AlreadySettled(f"occurrence {occurrence.pk}")
    if not may_amend(occurrence):
        raise resolutions.NotOffered("this failure is not settled by amending")
    if not reading.changed(old.arguments, arguments):
        raise NothingChanged(old.public_id)


def _draft(old: Proposal, member: Membership, arguments: dict[str, Any]) -> Draft:
    return Draft(
        tool=old.tool,
        arguments=arguments,
        idempotency_key=f"amendment:{ids.new().hex}",
        subject=old.subject,
        summary=old.summary,
        rationale=old.rationale,
        confidence=old.confidence,
        confidence_source=old.confidence_source,
        evidence=tuple(
            Exhibit(row.kind, row.content, row.title, row.source, tuple(row.spans))
            for row in old.evidence.order_by("position")
        ),
        precondition=old.precondition,
        trace_parent=old.trace_parent,
        workflow=old.workflow,
        run=old.run,
        reverses=old.reverses,
        amends=old,
        proposed_by=member.user_id,
        excluded_reviewers=tuple({*old.excluded_reviewers, member.user_id}),
        edited_fields=tuple(sorted({*reading.changed(old.arguments, arguments), *typed(old)})),
    )


def typed(proposal: Proposal) -> set[str]:
    """Fields that people typed on the way here: in a review, or in the amendments this one descends from."""
    fields: set[str] = set()
    current: Proposal | None = proposal
    for _ in range(LONGEST_CHAIN):
        if current is None:
            break
        as_sent = reading.read(
            tools.get(current.tool, current.tool_version), current.proposed_arguments
        ).normal
        fields.update(reading.changed(as_sent, current.arguments))
        before = current.amends
        if before is not None:
            fields.update(reading.changed(before.arguments, current.proposed_arguments))
        current = before
    return fields
