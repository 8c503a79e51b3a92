"""Cases: opened, taken, escalated, handed over. How they are settled is in ``resolutions``."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership, Proposal, Workspace
from approvals.models.workspace import Role
from exceptions import catalogue, episodes, fingerprint, money, rules
from exceptions.models import Case, FailureClass, Note, Occurrence, Team
from exceptions.models.case import State
from exceptions.models.failure_class import Severity

SHORTEST_STEP = timedelta(minutes=1)
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


def open_case(
    *,
    workspace: Workspace,
    code: str,
    message: str,
    actor: Actor,
    now: datetime,
    proposal: Proposal | None = None,
    execution: UUID | None = None,
    run: UUID | None = None,
    field: str = "",
    facts: dict[str, Any] | None = None,
    written: str = "no",
    amount: Decimal | None = None,
    currency: str = "",
    connector: str = "",
    operation: str = "",
) -> Case:
    """Keep one failure in the case of its cause, opened (again) where needed. Failures of one cause wait here until the
    transaction of those before them ends: call it last. Raises `ledger.OutsideTransaction` where there is none.
    """
    if not transaction.get_connection().in_atomic_block:
        raise ledger.OutsideTransaction("a case is opened inside the transaction of the failure it holds")
    message, field = _printable(message, 500), _printable(field, 120)
    known = rules.Facts(code, message, connector, operation, field, currency, amount, proposal, facts)
    routed = rules.route(workspace, known)
    mark = fingerprint.of(code=code, message=message, connector=connector, operation=operation, field=field)
    case = _locked(workspace, routed, mark, _title(routed.failure_class, message, field), now)
    occurrence = Occurrence.objects.create(
        case=case, proposal=proposal, execution=execution, run=run, message=message, field=field, written=written,
        facts={"code": code, "operation": operation} | (facts or {}), amount=amount, currency=currency, at=now,
    )  # fmt: skip
    kind = _count(case, occurrence, now)
    ledger.append(
        workspace_id=workspace.pk, kind=kind, actor=actor, at=now, case=case.id, execution=execution, run=run,
        proposal=proposal.id if proposal else None,
        data={"class": case.failure_class.code, "occurrence": occurrence.pk, "count": case.total_count},
    )  # fmt: skip
    return case


def _locked(workspace: Workspace, routed: rules.Routed, mark: str, title: str, now: datetime) -> Case:
    """The case of that fingerprint, held until the transaction ends. A new one has counted nothing yet; one that was
    there stays where it is, whatever the rules say by now.
    """
    fresh = Case(
        workspace=workspace, failure_class=routed.failure_class, fingerprint=mark, title=title, owner=routed.owner,
        owner_source=routed.source, next_escalation_at=now, first_seen_at=now, latest_seen_at=now,
    )  # fmt: skip
    _freeze(fresh, routed.failure_class, now)
    Case.objects.bulk_create([fresh], ignore_conflicts=True)
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("failure_class__backup", "failure_class__owner", "failure_class__plan", "owner")
        .get(workspace=workspace, fingerprint=mark)
    )


def _freeze(case: Case, failure_class: FailureClass, now: datetime) -> None:
    """The escalation as it stands: changing it later changes nothing for this case."""
    plan = failure_class.plan
    case.plan, case.plan_version, case.steps = plan, plan.version, plan.steps
    case.repeats, case.in_hours = plan.repeats, plan.in_hours
    case.next_escalation_at = now + wait(case.steps, 0)


def _count(case: Case, occurrence: Occurrence, now: datetime) -> str:
    """Count one more failure in a locked case; the kind of fact that makes."""
    kind = "case.repeated" if case.total_count else "case.opened"
    again = case.state == State.RESOLVED
    case.open_count += 1
    case.total_count += 1
    case.latest_seen_at = max(case.latest_seen_at, now)
    fields = ["open_count", "total_count", "latest_seen_at", *money.add(case, occurrence)]
    if again:
        kind, case.regressed, case.resolved_at = "case.reopened", True, None
        _freeze(case, case.failure_class, now)
        fields += ["regressed", "resolved_at", "plan", "plan_version", "steps", "repeats", "in_hours"]
        fields += _restart(case, now)
    case.save(update_fields=fields)
    if kind != "case.repeated":
        episodes.begin(case=case, now=now)
    return kind


def _restart(case: Case, now: datetime) -> list[str]:
    """Open, held by nobody, escalation from the beginning; the fields this sets."""
    case.state, case.step = State.OPEN, 0
    case.assignee = case.acknowledged_until = case.escalated_to = case.reminded_at = None
    case.next_escalation_at = now + wait(case.steps, 0)
    return [
        "state",
        "step",
        "assignee",
        "acknowledged_until",
        "escalated_to",
        "reminded_at",
        "next_escalation_at",
    ]


def wait(steps: list[dict[str, Any]], step: int) -> timedelta:
    """How long until this step; after the last one it repeats, and no plan at all means the shipped one."""
    plan = steps or catalogue.escalation(timedelta(hours=1))
    return max(timedelta(minutes=plan[min(step, len(plan) - 1)]["after_minutes"]), SHORTEST_STEP)


def _title(failure_class: FailureClass, message: str, field: str) -> str:
    if not (field or message) or message.lower().startswith(failure_class.title.lower()):
        return (message or failure_class.title)[:200]
    return f"{failure_class.title}: {field or message}"[:200]


def _printable(text: str, longest: int) -> str:
    """What PostgreSQL can keep of a message from outside."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]


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
    free = Q(state=State.OPEN) | Q(state=State.ACKNOWLEDGED) & (
        Q(assignee_id=member.user_id) | Q(acknowledged_until__lte=now)
    )
    with transaction.atomic():
        taken = Case.objects.filter(free, pk=case.pk, workspace_id=member.workspace_id).update(
            state=State.ACKNOWLEDGED, assignee=member.user, acknowledged_until=until, next_escalation_at=until
        )
        case.refresh_from_db()
        if not taken:
            raise AlreadyResolved(case.public_id) if case.state == State.RESOLVED else AlreadyTaken(case)
        episodes.taken(case=case, by=member.user_id, now=now)
        ledger.append(
            workspace_id=case.workspace_id, kind="case.taken", actor=actor, at=now, case=case.id,
            data={"until": until.isoformat()},
        )  # fmt: skip
    return case


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
        row = Case.objects.select_for_update(of=("self",)).select_related("failure_class").get(pk=case.pk)
        if row.state == State.RESOLVED:
            raise AlreadyResolved(row.public_id)
        if row.owner_id == to.pk:
            raise SameTeam(to.name)
        before, row.owner, row.owner_source = row.owner_id, to, "manual"
        row.save(update_fields=["owner", "owner_source", *_restart(row, now)])
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
