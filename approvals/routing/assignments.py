"""Giving an item to colleagues: for a while it is offered to them alone. It grants no right, and takes none away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from approvals import deadlines, holds, ledger
from approvals.actors import Actor
from approvals.models import Assignment, Cover, Decision, Membership, Proposal
from approvals.models.workspace import Role
from approvals.routing import covers, given, open_items
from approvals.telling import notices

MOST = 200
SHARE = 0.5  # of the time an item has left, in working hours: then everybody is offered it again


class NobodyToGiveTo(ValueError):
    """None of them may answer it: no reviewers, excluded, not named by its policy, or they have answered already."""


class NotGiven(LookupError):
    """It is given to nobody, or not to this member, so there is nothing to give back."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who may answer an item, and who stands in for them until when, where they are away."""

    member: Membership
    cover: Cover | None = None


def assign(
    *,
    proposal: Proposal,
    member: Membership,
    to: Iterable[Membership],
    label: str,
    note: str = "",
    until: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Assignment:
    """Offer an item to these colleagues alone, until then or for half of the working time it has left.

    ``label`` is what they are called together. Those who may not answer it are left out. Whoever takes part in the
    item may not choose who answers it. Raises `NobodyToGiveTo`, `AlreadySettled`, `decisions.TooLate`,
    `decisions.NotYourDecision`.
    """
    with transaction.atomic():
        row = open_items.lock(proposal, member, now)
        able = {colleague.member.user_id for colleague in colleagues(row, member, now)}
        chosen = sorted(able & {person.user_id for person in to})
        if not chosen:
            raise NobodyToGiveTo(label)
        ends = deadlines.part(row, now, SHARE, working=True)
        told = {"assigned_by": member.user, "to": chosen, "label": label, "note": note.strip(),
                "assigned_at": now, "until": min(until or ends, row.expires_at)}  # fmt: skip
        made, _ = Assignment.objects.update_or_create(proposal=row, defaults=told)
        holds.release(proposal=row, member=member)
        data = {"to": [f"user:{pk}" for pk in chosen], "until": made.until.astimezone(UTC).isoformat()}
        _record("proposal.assigned", row, actor, now, data)
        whom = [*chosen, *covers.standing_in(member.workspace, chosen, now)]
        notices.tell(workspace_id=row.workspace_id, users={*whom} - {member.user_id}, kind="assigned", now=now,
                     proposal=row, by=member.user_id)  # fmt: skip
    return made


def give_back(*, proposal: Proposal, member: Membership, actor: Actor, now: datetime) -> None:
    """Offer it to everybody again: by somebody it was given to, or by who gave it. Raises `NotGiven`."""
    with transaction.atomic():
        held = given.current(proposal, now)
        if held is None or not may_give_back(held, member, now):
            raise NotGiven(proposal.public_id)
        if not Assignment.objects.filter(pk=held.pk, assigned_at=held.assigned_at).delete()[0]:
            raise NotGiven(proposal.public_id)
        _record("proposal.unassigned", proposal, actor, now)
        notices.tell(workspace_id=proposal.workspace_id, users={held.assigned_by_id} - {member.user_id}, now=now,
                     kind="given_back", proposal=proposal, by=member.user_id)  # fmt: skip


def may_give_back(held: Assignment, member: Membership, now: datetime) -> bool:
    """Whether the member gave it, was given it, or stands in for somebody who was."""
    if member.user_id == held.assigned_by_id or member.user_id in held.to:
        return True
    return not set(held.to).isdisjoint(covers.stood_in_for(member, now))


def colleagues(proposal: Proposal, member: Membership, now: datetime) -> list[Colleague]:
    """Who else may answer an item, by name. Three queries, however many they are."""
    reviewers = (
        Membership.objects.filter(workspace_id=proposal.workspace_id, user__is_active=True)
        .filter(roles__contains=[Role.REVIEWER])
        .exclude(user_id__in=[member.user_id, proposal.proposed_by_id or 0, *proposal.excluded_reviewers])
        .select_related("user")
        .order_by("user__username")[:MOST]
    )
    away = {cover.away_id: cover for cover in covers.at_present(proposal.workspace_id, now)}
    here = Decision.objects.filter(proposal=proposal, round=proposal.round)
    answered = {pk for pair in here.values_list("reviewer", "covering") for pk in pair}
    seats = _seats(proposal, away.values(), answered)
    return [
        Colleague(person, away.get(person.user_id))
        for person in reviewers
        if person.user_id not in answered and (seats is None or person.user_id in seats)
    ]


def _seats(proposal: Proposal, away: Iterable[Cover], answered: set[int]) -> set[int] | None:
    """The named reviewers and who stands in for one of them; None where every reviewer may answer."""
    named = set(proposal.policy.reviewers)
    if not named:
        return None
    barred = {proposal.proposed_by_id, *proposal.excluded_reviewers, *answered}
    lent = {cover.stand_in_id for cover in away if cover.away_id in named and cover.away_id not in barred}
    return named | lent


def _record(
    kind: str, proposal: Proposal, actor: Actor, now: datetime, data: dict[str, Any] | None = None
) -> None:
    ledger.append(
        workspace_id=proposal.workspace_id, kind=kind, actor=actor, at=now, proposal=proposal.id, data=data
    )
