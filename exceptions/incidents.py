"""Incidents: cases that are one trouble, led by one person, contained, told to those affected, and closed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases
from exceptions.models import Case, Incident
from exceptions.models.incident import MOVES, State

MOST = 50  # cases of one incident
LONGEST_SUMMARY = 2_000
FACTS = {
    State.DECLARED: "incident.reopened",
    State.CONTAINED: "incident.contained",
    State.CLOSED: "incident.closed",
}


class NoCase(ValueError):
    """An incident is about at least one case of the workspace, and at most fifty."""


class NoSuchMove(ValueError):
    """It has moved on meanwhile, or cannot go there."""


def declare(
    *, member: Membership, found: Sequence[Case], title: str, actor: Actor, now: datetime
) -> Incident:
    """Say that these cases are one trouble. Who declares it leads. Raises `cases.NotYourCase`, `NoCase`."""
    for case in found:
        cases.of_member(member, case)
    if not 0 < len(found) <= MOST:
        raise NoCase(title)
    with transaction.atomic():
        made = Incident.objects.create(
            workspace_id=member.workspace_id, title=title, lead=member.user, declared_at=now
        )
        made.cases.set(found)
        _record("incident.declared", made, found, actor, now)
    return made


def add(
    *, incident: Incident, found: Sequence[Case], member: Membership, actor: Actor, now: datetime
) -> list[Case]:
    """These cases are part of it too. Returns those that were not yet. Raises `cases.NotYourCase`, `NoCase`,
    `NoSuchMove` when it is closed.
    """
    for case in found:
        cases.of_member(member, case)
    _of(member, incident)
    with transaction.atomic():
        held = locks.take(Incident.objects).get(pk=incident.pk)
        if held.state == State.CLOSED:
            raise NoSuchMove(incident.public_id)
        known = set(held.cases.values_list("pk", flat=True))
        new = [case for case in found if case.pk not in known]
        if not new or len(known) + len(new) > MOST:
            raise NoCase(incident.public_id)
        held.cases.add(*new)
        _record("incident.widened", incident, new, actor, now)
    return new


def _record(kind: str, incident: Incident, found: Sequence[Case], actor: Actor, now: datetime) -> None:
    ledger.append_many(
        ledger.entry(
            workspace_id=incident.workspace_id, kind=kind, actor=actor, at=now, case=case.id,
            data={"incident": incident.public_id},
        )
        for case in found
    )  # fmt: skip


def move(*, incident: Incident, to: str, member: Membership, actor: Actor, now: datetime) -> Incident:
    """Contained, not contained after all, or closed. Raises `cases.NotYourCase`, `NoSuchMove`."""
    _of(member, incident)
    froms = [state for state, targets in MOVES.items() if to in targets]
    fields: dict[str, object] = {
        "state": to,
        "contained_at": now if to == State.CONTAINED else incident.contained_at,
    }
    if to == State.CLOSED:
        fields["closed_at"] = now
    if to == State.DECLARED:
        fields["contained_at"] = None
    with transaction.atomic():
        if not froms or not Incident.objects.filter(pk=incident.pk, state__in=froms).update(**fields):
            raise NoSuchMove(incident.public_id)
        ledger.append(
            workspace_id=incident.workspace_id, kind=FACTS[State(to)], actor=actor, at=now,
            data={"incident": incident.public_id},
        )  # fmt: skip
    incident.refresh_from_db()
    return incident


def say(*, incident: Incident, summary: str, member: Membership, actor: Actor, now: datetime) -> None:
    """What those affected may know. Raises `cases.NotYourCase`."""
    _of(member, incident)
    with transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(summary=summary.strip()[:LONGEST_SUMMARY])
        ledger.append(
            workspace_id=incident.workspace_id, kind="incident.told", actor=actor, at=now,
            data={"incident": incident.public_id},
        )  # fmt: skip


def _of(member: Membership, incident: Incident) -> None:
    if incident.workspace_id != member.workspace_id or not cases.handles(member):
        raise cases.NotYourCase("incidents are led by ops owners and admins")
