"""Calls: somebody is told about a case. In the product at once; by every other way a worker sends it, in
`runs.notices.calling`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from approvals import actors, facts_alike, ledger
from approvals.actors import Actor
from approvals.telling import notices
from exceptions import call_rows
from exceptions.call_rows import Said, Way
from exceptions.models import Call, Case, Channel, Team
from exceptions.models.call import CallState
from exceptions.models.channel import Kind

EMAIL, CHANNEL = "email", "channel:"
REMINDER, ESCALATED, OPENED = "reminder", "escalated", "opened"
TOLD, REMINDED, UNHEARD = "case_called", "case_reminder", "case_unheard"
LATE = timedelta(minutes=2)
ACTOR = actors.worker("calls")


class UnknownWay(ValueError):
    """A way is ``email`` or ``channel:<id>``; in the product everybody is told in any case."""


@dataclass(frozen=True)
class Wanted:
    """One call to be made: about which case, at which of its steps, why, to whom, and how besides in the product.

    ``team`` is the team that was called, None where a step names a person. ``instead_of`` is the call that failed.
    ``notice`` is of which kind they are told in the product: by default as the reason has it, empty for not at all.
    ``alike`` are further cases of which the same is said.
    """

    case: Case
    step: int
    why: str
    team: Team | None
    users: Sequence[User]
    by: Sequence[str]
    instead_of: Call | None = None
    notice: str | None = None
    alike: Sequence[UUID] = ()

    @property
    def cases(self) -> tuple[UUID, ...]:
        """Every case it is about."""
        return (self.case.pk, *self.alike)

    @property
    def told(self) -> str:
        """The kind of notice."""
        if self.notice is None:
            return REMINDED if self.why == REMINDER else TOLD
        return self.notice


def call(
    *,
    case: Case,
    step: int,
    why: str,
    team: Team | None,
    users: Sequence[User],
    by: Sequence[str],
    now: datetime,
    actor: Actor = ACTOR,
) -> list[Call]:
    """Tell these people about the case, in the caller's transaction. Raises `UnknownWay`."""
    made = call_many(wanted=[Wanted(case, step, why, team, users, by)], now=now, actor=actor)
    return list(Call.objects.filter(pk__in=made).order_by("pk"))


def call_many(*, wanted: Iterable[Wanted], now: datetime, actor: Actor = ACTOR) -> list[int]:
    """Many calls in the caller's transaction, in a few statements however many. Returns the ids of their rows.
    Raises `UnknownWay`.
    """
    orders = list(wanted)
    if not transaction.get_connection().in_atomic_block:
        raise ledger.OutsideTransaction("a call is made inside the transaction of what it tells")
    channels = _channels(orders)
    made = call_rows.write([(_said(order, channels), order.cases) for order in orders], now)
    _tell(orders, now)
    facts_alike.append((_fact(order, actor, now), order.cases) for order in orders)
    return made


def late(*, now: datetime, by: timedelta = LATE) -> int:
    """How many calls no worker has come to in time: where any are, nobody is at work who sends them."""
    return Call.objects.filter(state=CallState.WAITING, next_try_at__lte=now - by).count()


def _said(order: Wanted, channels: dict[int, Channel]) -> Said:
    team, before = order.team, order.instead_of
    return Said(
        order.case.workspace_id, order.step, order.why, team.pk if team else None, before.pk if before else None,
        tuple(_ways(order, channels)),
    )  # fmt: skip


def _ways(order: Wanted, channels: dict[int, Channel]) -> Iterator[Way]:
    for user in order.users if order.told else ():
        yield Kind.IN_APP, user.pk, None
    for way in dict.fromkeys(order.by):
        if way == EMAIL:
            yield from ((Kind.EMAIL, user.pk, None) for user in order.users)
            continue
        channel = channels.get(number_of(way))
        if channel is not None and channel.workspace_id == order.case.workspace_id:
            yield channel.kind, None, channel.pk


def number_of(way: str) -> int:
    """The id of the channel that a way names. Raises `UnknownWay`."""
    number = way.removeprefix(CHANNEL)
    if not (way.startswith(CHANNEL) and number.isascii() and number.isdecimal() and len(number) < 19):
        raise UnknownWay(way)
    return int(number)


def _channels(orders: Sequence[Wanted]) -> dict[int, Channel]:
    """Also those that were retired: their worker says so, and takes another way."""
    named = {number_of(way) for order in orders for way in order.by if way != EMAIL}
    return Channel.objects.in_bulk(named) if named else {}


def _tell(orders: Sequence[Wanted], now: datetime) -> None:
    """A notice each, or one that counts where somebody is called to several cases at once."""
    heard: dict[tuple[int, str, int], list[UUID]] = defaultdict(list)
    for order in orders:
        for user in order.users if order.told else ():
            heard[order.case.workspace_id, order.told, user.pk].extend(order.cases)
    alike: dict[tuple[int, str, tuple[UUID, ...]], list[int]] = defaultdict(list)
    for (workspace, kind, listener), cases in heard.items():
        alike[workspace, kind, tuple(dict.fromkeys(cases))].append(listener)
    for (workspace, kind, told), users in alike.items():
        notices.tell(
            workspace_id=workspace, users=users, kind=kind, now=now, count=len(told),
            case=told[0] if len(told) == 1 else None,
        )  # fmt: skip


def _fact(order: Wanted, actor: Actor, now: datetime) -> ledger.Fact:
    return ledger.entry(
        workspace_id=order.case.workspace_id, kind="case.called", actor=actor, at=now,
        data={"step": order.step, "why": order.why, "team": order.team.pk if order.team else None,
              "users": [f"user:{user.pk}" for user in order.users], "by": list(order.by)},
    )  # fmt: skip
