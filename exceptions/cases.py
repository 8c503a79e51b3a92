"""Cases: opened, taken, escalated, handed over. How they are settled is in ``resolutions``."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import episodes, opening
from exceptions.models import Case, Note, Team
from exceptions.models.case import State
from exceptions.models.failure_class import Severity

HOLD = {
    Severity.LOW: timedelta(hours=8),
    Severity.MEDIUM: timedelta(hours=4),
    Severity.HIGH: timedelta(minutes=30),
}
HANDLERS = (Role.OPS_OWNER, Role.ADMIN)


class NotYourCase(PermissionError):
    """Only ops owners and admins of the workspace work on its cases."""


class AlreadyTaken(LookupError):
    """Somebody else holds the case; the hold runs out by itself."""

    def __init__(self, case: Case):
        super().__init__(f"{case.public_id} is held by {case.assignee}")
        self.case = case


class AlreadyResolved(LookupError):
    """Nothing in the case is open any more."""


class SameTeam(ValueError):
    """The case belongs to that team already."""


class OtherWorkspace(LookupError):
    """The team is not one of this workspace."""


def open_case(*, actor: Actor, now: datetime, **told: Any) -> Case:
    """Keep one failure, told as an `opening.Failure`, in the case of its cause. See `opening.open_many`."""
    return opening.open_many(failures=[opening.Failure(**told)], actor=actor, now=now)[0]


def handles(member: Membership) -> bool:
    """Whether the member works on cases, or only reads them."""
    return member.may(*HANDLERS)


def of_member(member: Membership, case: Case) -> Case:
    """The case, when the member may work on it. Raises `NotYourCase`."""
    if case.workspace_id != member.workspace_id or not handles(member):
        raise NotYourCase("cases are worked on by ops owners and admins")
    return case


def take(*, case: Case, member: Membership, actor: Actor, now: datetime) -> Case:
    """Acknowledge: the member has it for a while, and the clock waits. Taking it again prolongs the hold.

    Raises `NotYourCase`, `AlreadyTaken`, `AlreadyResolved`.
    """
    of_member(member, case)
    until = now + HOLD[Severity(case.failure_class.severity)]
    with transaction.atomic():
        taken = free_for(case, member, now).update(
            state=State.ACKNOWLEDGED, assignee=member.user, acknowledged_until=until, next_escalation_at=until,
            reminded_at=None, snoozed_until=None,
        )  # fmt: skip
        case.refresh_from_db()
        if not taken:
            raise AlreadyResolved(case.public_id) if case.state == State.RESOLVED else AlreadyTaken(case)
        episodes.taken(case=case, by=member.user_id, now=now)
        ledger.append(
            workspace_id=case.workspace_id, kind="case.taken", actor=actor, at=now, case=case.id,
            data={"until": until.isoformat()},
        )  # fmt: skip
    return case


def free_for(case: Case, member: Membership, now: datetime) -> QuerySet[Case]:
    """The case, as long as it is open and nobody else holds it."""
    free = Q(state=State.OPEN) | Q(state=State.ACKNOWLEDGED) & (
        Q(assignee_id=member.user_id) | Q(acknowledged_until__lte=now)
    )
    return Case.objects.filter(free, pk=case.pk, workspace_id=member.workspace_id)


def hand_over(
    *, case: Case, to: Team, member: Membership, actor: Actor, now: datetime, note: str = ""
) -> Case:
    """Another team owns the case from now on, and its clock begins anew.

    Raises `NotYourCase`, `OtherWorkspace`, `SameTeam`, `AlreadyResolved`.
    """
    of_member(member, case)
    if to.workspace_id != case.workspace_id:
        raise OtherWorkspace(to.name)
    with transaction.atomic():
        row = locks.take(Case.objects).select_related("failure_class").get(pk=case.pk)
        if row.state == State.RESOLVED:
            raise AlreadyResolved(row.public_id)
        if row.owner_id == to.pk:
            raise SameTeam(to.name)
        before, row.owner, row.owner_source = row.owner_id, to, "manual"
        row.save(update_fields=["owner", "owner_source", *opening.restart(row, now)])
        if note:
            Note.objects.create(case=row, text=note, by=member.user, at=now)
        ledger.append(
            workspace_id=row.workspace_id, kind="case.handed_over", actor=actor, at=now, case=row.id,
            data={"from": before, "to": to.pk},
        )  # fmt: skip
    return row


def add_note(*, case: Case, member: Membership, text: str, actor: Actor, now: datetime) -> Note:
    """Write something on the case. Raises `NotYourCase`."""
    of_member(member, case)
    with transaction.atomic():
        note = Note.objects.create(case=case, text=text, by=member.user, at=now)
        ledger.append(
            workspace_id=case.workspace_id, kind="case.noted", actor=actor, at=now, case=case.id,
            data={"note": note.pk},
        )  # fmt: skip
    return note
