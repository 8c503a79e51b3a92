"""Open cases that would lie elsewhere if they were opened now, and moving them there when an admin says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership, Workspace
from exceptions import catalogue, registry, rules
from exceptions.models import Case, Episode, FailureClass, Occurrence, Rule, Team
from exceptions.models.case import State

LOOKED_AT = 1_000  # open cases; what comes first by its clock


@dataclass(frozen=True)
class Move:
    """One case, and where it belongs by now. ``mark`` goes with the form and names what was shown."""

    case: Case
    to: rules.Routed

    @property
    def mark(self) -> str:
        return f"{self.case.pk.hex}:{self.to.failure_class.pk}:{self.to.owner.pk}"


@dataclass(frozen=True)
class Moves:
    """Those that were found among the open cases that were looked at; ``more``: there are others nobody looked at."""

    found: list[Move]
    more: bool


def moves(
    workspace: Workspace, *, by: Sequence[Rule] | None = None, owners: Mapping[int, Team] | None = None
) -> Moves:
    """What rules (those in force, or ``by``) and classes (with other ``owners``) would move. What a person handed over
    stays where it was put. Four queries, however many the cases.
    """
    listed = list(_open(workspace)[: LOOKED_AT + 1])
    cases, more = listed[:LOOKED_AT], len(listed) > LOOKED_AT
    ruled = rules.of(workspace.pk) if by is None else by
    newest = Occurrence.objects.select_related("proposal__agent").in_bulk([case.newest for case in cases])  # type: ignore[attr-defined]
    classes = {
        row.code: row for row in FailureClass.objects.filter(workspace=workspace).select_related("owner")
    }
    found = []
    for case in cases:
        facts = _facts(case, newest.get(case.newest))  # type: ignore[attr-defined]
        rule = rules.first(ruled, facts)
        known = classes.get(rules.code_of(rule, facts)) or classes[catalogue.UNCLASSIFIED]
        to = rules.decided(rule, known)
        if owners and known.pk in owners and (rule is None or rule.owner is None):
            to = replace(to, owner=owners[known.pk])
        if (case.owner_id, case.failure_class_id) != (to.owner.pk, known.pk):
            found.append(Move(case, to))
    return Moves(found, more)


def move(*, marks: Iterable[str], member: Membership, actor: Actor, now: datetime) -> int:
    """Move those that were shown and still belong there. Their new owners are called as if they had just been opened;
    what somebody holds stays theirs. Returns how many. Raises `registry.NotYourRegistry`.
    """
    registry.of_admin(member, member.workspace_id)
    wanted, moved = set(marks), 0
    for one in moves(member.workspace).found:
        if one.mark in wanted:
            moved += _move(one, actor, now)
    return moved


def _move(one: Move, actor: Actor, now: datetime) -> int:
    case, to = one.case, one.to
    as_shown = Case.objects.filter(
        pk=case.pk,
        owner_id=case.owner_id,
        failure_class_id=case.failure_class_id,
        owner_source=case.owner_source,
    ).exclude(state=State.RESOLVED)
    terms: dict[str, Any] = {"owner": to.owner, "failure_class": to.failure_class, "owner_source": to.source}
    anew = {"step": 0, "escalated_to": None, "next_escalation_at": now}
    waits = {"state": State.OPEN, "snoozed_until__isnull": True}
    with transaction.atomic():
        moved = as_shown.filter(**waits).update(**terms | anew) or as_shown.exclude(**waits).update(**terms)
        if moved:
            Episode.objects.filter(case=case, resolved_at__isnull=True).update(failure_class=to.failure_class)
            ledger.append(
                workspace_id=case.workspace_id, kind="case.rerouted", actor=actor, at=now, case=case.pk,
                data={"from": case.owner_id, "to": to.owner.pk, "class": to.failure_class.code, "by": to.source},
            )  # fmt: skip
    return moved


def _open(workspace: Workspace) -> QuerySet[Case]:
    newest = Occurrence.objects.filter(case=OuterRef("pk")).order_by("-id").values("pk")[:1]
    rows = (
        Case.objects.filter(workspace=workspace).exclude(state=State.RESOLVED).exclude(owner_source="manual")
    )
    return (
        rows.select_related("failure_class", "owner")
        .annotate(newest=Subquery(newest))
        .order_by("next_escalation_at", "id")
    )


def _facts(case: Case, newest: Occurrence | None) -> rules.Facts:
    """What was known of its newest failure."""
    if newest is None:
        return rules.Facts(case.failure_class.code)
    told = newest.facts
    operation = newest.proposal.tool if newest.proposal else str(told.get("operation", ""))
    return rules.Facts(
        str(told.get("code", case.failure_class.code)), newest.message, operation.partition(".")[0], operation,
        newest.field, newest.currency, newest.amount, newest.proposal, told,
    )  # fmt: skip
