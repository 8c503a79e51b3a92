"""Not now: a reviewer sets an item aside until later. It is no answer, and nothing expires unseen because of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from approvals import deadlines, holds, hours, ledger, moments
from approvals.actors import Actor
from approvals.models import Aside, Membership, Proposal
from approvals.models.proposal import State
from approvals.routing import open_items

OFTEN = 3  # set aside so many times, it is hard rather than inconvenient
SOONEST = timedelta(minutes=5)
KEPT = 0.75  # at the latest, it comes back when that share of the time it has left has passed
AGAIN = timedelta(seconds=60)  # "in an hour", sent twice, means two moments but one wish
NOON, AFTERNOON = time(12), time(13)


class NotLater(ValueError):
    """The moment lies in the past, or so near that the item might as well be answered."""


class NotSetAside(LookupError):
    """The member has not set it aside, or its time has come already."""


@dataclass(frozen=True)
class Choice:
    """A moment on offer: its code is what a form sends back, so that "in an hour" counts from the click."""

    code: str
    label: str
    at: datetime
    help: str = ""


def set_aside(
    *, proposal: Proposal, member: Membership, until: datetime, actor: Actor, now: datetime
) -> Aside:
    """Keep an item out of the member's queue until then, or until a quarter of the time it has left remains, whichever
    comes first. Raises `NotLater`, `AlreadySettled`, `decisions.TooLate`, `decisions.NotYourDecision`.
    """
    with transaction.atomic():
        row = open_items.lock(proposal, member, now)
        until = min(until, latest(row, now))
        if until <= now:
            raise NotLater(until.isoformat())
        holds.release(proposal=row, member=member)
        told = {"set_at": now, "until": until}
        again = Aside.objects.filter(
            proposal=row, reviewer=member.user_id, until__gt=now, **_near(until)
        ).first()
        if again is not None:  # an answer that was lost and sent once more
            return again
        kept, made = Aside.objects.get_or_create(proposal=row, reviewer=member.user, defaults=told)
        if not made:  # another moment for what is aside already is no further time
            Aside.objects.filter(pk=kept.pk).update(times=F("times") + int(kept.until <= now), **told)
            kept.refresh_from_db()
        data = {"until": until.astimezone(UTC).isoformat(), "times": kept.times}
        _record("proposal.set_aside", row, actor, now, data)
    return kept


def _near(until: datetime) -> dict[str, datetime]:
    return {"until__gte": until - AGAIN, "until__lte": until + AGAIN}


def bring_back(*, proposal: Proposal, member: Membership, actor: Actor, now: datetime) -> None:
    """Put it into the member's queue again. Raises `NotSetAside`."""
    with transaction.atomic():
        mine = Aside.objects.filter(proposal=proposal, reviewer=member.user_id, until__gt=now)
        if not mine.update(until=now):
            raise NotSetAside(proposal.public_id)
        _record("proposal.brought_back", proposal, actor, now)


def latest(proposal: Proposal, now: datetime) -> datetime:
    """When it comes back at the latest: while there is still time to answer it."""
    return deadlines.part(proposal, now, KEPT)


def choices(proposal: Proposal, member: Membership, now: datetime) -> list[Choice]:
    """The moments on offer, on the member's own clock, soonest first; none by which it would be too late."""
    clock, last = hours.of_member(member), latest(proposal, now)
    morning = clock.next_opening(now)
    found = [Choice("hour", "In an hour", now + timedelta(hours=1))]
    if clock.is_open(now) and clock.is_open(afternoon := _at(clock, now, AFTERNOON)):
        found.append(Choice("afternoon", "This afternoon", afternoon))
    found.append(Choice("morning", _begins(morning, clock, now), morning))
    monday = _next_week(clock, now)
    found.append(Choice("monday", _begins(monday, clock, now), monday))
    found.append(
        Choice("deadline", "A working day before it is due", clock.back(proposal.expires_at, clock.day))
    )
    fitting = sorted((one for one in found if now + SOONEST < one.at <= last), key=lambda one: one.at)
    if len(fitting) < len(found) and last > now + SOONEST:
        fitting.append(Choice("latest", "As late as is safe", last, "while a quarter of its time is left"))
    return list({one.at: one for one in reversed(fitting)}.values())[::-1]


def moment(code: str, proposal: Proposal, member: Membership, now: datetime) -> datetime:
    """What a choice means at this moment. Raises `NotLater` for one that is not on offer any more."""
    for choice in choices(proposal, member, now):
        if choice.code == code:
            return choice.at
    raise NotLater(code)


def said(choice: Choice, member: Membership, now: datetime) -> str:
    """The choice's moment on the member's own clock."""
    at = moments.near(choice.at, now, hours.of_member(member).tzinfo)
    return ", ".join(filter(None, [at, choice.help]))


def forget(*, now: datetime, many: int = 1000) -> int:
    """Delete what has run out for items that are settled; while they wait, it tells how often. Returns how many."""
    gone = Aside.objects.filter(until__lt=now).exclude(proposal__state=State.PENDING).values_list("pk")[:many]
    return Aside.objects.filter(pk__in=[pk for (pk,) in gone]).delete()[0]


def _begins(at: datetime, clock: hours.Hours, now: datetime) -> str:
    """The beginning of a working day, by its name."""
    there = clock.local(at)
    ahead = (there.date() - clock.local(now).date()).days
    day = "tomorrow" if ahead == 1 else f"{there:%A}"
    part = "morning" if there.time() < NOON else "afternoon"
    return f"This {part}" if ahead == 0 else f"{day} {part}".capitalize()


def _at(clock: hours.Hours, now: datetime, at: time) -> datetime:
    there = clock.local(now)
    return there.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0, fold=0)


def _next_week(clock: hours.Hours, now: datetime) -> datetime:
    """When the first working day of the coming week begins."""
    there = clock.local(now)
    sunday = there.date() + timedelta(days=7 - there.isoweekday())
    return clock.next_opening(datetime.combine(sunday, time(23, 59), there.tzinfo))


def _record(
    kind: str, proposal: Proposal, actor: Actor, now: datetime, data: dict[str, Any] | None = None
) -> None:
    ledger.append(
        workspace_id=proposal.workspace_id, kind=kind, actor=actor, at=now, proposal=proposal.id, data=data
    )
