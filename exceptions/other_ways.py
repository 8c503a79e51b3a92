"""When a call failed for good: another way to the same team, then the backup team, and at last the admins.

Nothing is done while another call of the same step may still arrive, or has: then somebody is told already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User

from exceptions import calls, channel_health, duty, targets
from exceptions.calls import EMAIL, Wanted
from exceptions.models import Call, Case, Channel, Team
from exceptions.models.call import CallState
from exceptions.models.channel import Kind

REACHING = (CallState.WAITING, CallState.DELIVERED)


class Step(NamedTuple):
    """What was called together: calls of one step of one case to one team, or to a person."""

    case: UUID
    number: int
    why: str
    team: int | None


def of(call: Call) -> Step:
    assert call.case_id is not None
    return Step(call.case_id, call.step, call.why, call.team_id)


def take(*, failed: Sequence[Call], now: datetime) -> int:
    """Call by other ways where nobody was reached, in the caller's transaction, the cases locked. Returns how many."""
    first = {of(call): call for call in reversed(failed)}
    if not first:
        return 0
    known = _Known(_cases(first), _siblings(first), now)
    wanted = [found for step, call in first.items() if (found := _next(step, call, known)) is not None]
    return len(calls.call_many(wanted=wanted, now=now))


@dataclass
class _Known:
    """What is read once for all of them."""

    cases: dict[UUID, Case]
    siblings: dict[Step, list[Call]]
    now: datetime
    channels: dict[int, list[Channel]] = field(default_factory=dict)
    people: dict[int, list[User]] = field(default_factory=dict)

    def channels_of(self, team: Team) -> list[Channel]:
        """Through which the team hears, as far as anything is known to arrive there."""
        if team.pk not in self.channels:
            live = Channel.objects.filter(team=team, retired_at__isnull=True, failed_at__isnull=True)
            self.channels[team.pk] = list(live.order_by("name")[:5])
        return self.channels[team.pk]

    def people_of(self, team: Team) -> list[User]:
        if team.pk not in self.people:
            self.people[team.pk] = duty.reached(team, duty.EVERYONE, self.now)
        return self.people[team.pk]


def _next(step: Step, call: Call, known: _Known) -> Wanted | None:
    case, told = known.cases[step.case], known.siblings[step]
    if any(one.state in REACHING for one in told if one.kind != Kind.IN_APP):
        return None
    return (
        _letters(case, call, told)
        or _channel(case, call, told, known)
        or _backup(case, call, known)
        or _admins(case, call)
    )


def _letters(case: Case, call: Call, told: Iterable[Call]) -> Wanted | None:
    """To those who were told in the product only."""
    written = {one.user_id for one in told if one.kind == Kind.EMAIL}
    users = {one.user_id: one.user for one in told if one.kind == Kind.IN_APP and one.user is not None}
    unwritten = [user for pk, user in users.items() if pk not in written and user.email]
    if not unwritten:
        return None
    return Wanted(case, call.step, call.why, call.team, unwritten, [EMAIL], call, notice="")


def _channel(case: Case, call: Call, told: Iterable[Call], known: _Known) -> Wanted | None:
    """A channel of the team that was not tried at this step."""
    tried = {one.channel_id for one in told}
    live = known.channels_of(call.team) if call.team is not None else []
    way = next((f"{calls.CHANNEL}{channel.pk}" for channel in live if channel.pk not in tried), None)
    return Wanted(case, call.step, call.why, call.team, [], [way], call) if way else None


def _backup(case: Case, call: Call, known: _Known) -> Wanted | None:
    """Everybody of the backup team, unless it is the one that could not be reached."""
    team = targets.backup(case)
    if call.team_id == team.pk:
        return None
    by = [EMAIL, *(f"{calls.CHANNEL}{channel.pk}" for channel in known.channels_of(team))]
    people = known.people_of(team)
    return Wanted(case, call.step, call.why, team, people, by, call) if people or len(by) > 1 else None


def _admins(case: Case, call: Call) -> Wanted | None:
    """In the product alone, which always arrives."""
    users = list(User.objects.filter(pk__in=channel_health.admins(case.workspace_id)).order_by("pk"))
    return Wanted(case, call.step, call.why, None, users, [], call, notice=calls.UNHEARD)


def _cases(steps: Iterable[Step]) -> dict[UUID, Case]:
    rows = Case.objects.select_related(
        "owner__workspace", "failure_class__owner__workspace", "failure_class__backup__workspace"
    )
    return rows.in_bulk({step.case for step in steps})


def _siblings(steps: Iterable[Step]) -> dict[Step, list[Call]]:
    """Every call of these steps, as the database has them now."""
    found: dict[Step, list[Call]] = {step: [] for step in steps}
    rows = Call.objects.filter(
        case__in={step.case for step in found}, step__in={step.number for step in found}
    )
    for call in rows.select_related("user", "channel").order_by("id"):
        if of(call) in found:
            found[of(call)].append(call)
    return found
