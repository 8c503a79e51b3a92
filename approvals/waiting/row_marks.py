"""What else is known of the rows of a page: who has one on the screen, who gave it to whom, until when it is aside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from approvals.models import Membership, Proposal
from approvals.waiting import statements
from approvals.waiting.offers import signed_once

FACTS = {
    "held_by": "hold__reviewer",
    "held_name": "hold__reviewer__username",
    "held_until": "hold__until",
    "held_open": "hold__opened_at",
    "given_by": "assignment__assigned_by__username",
    "given_to": "assignment__to",
    "given_label": "assignment__label",
    "given_until": "assignment__until",
    "aside_until": "own_aside__until",
}


def of_rows(rows: Sequence[Proposal], member: Membership, now: datetime) -> dict[UUID, list[str]]:
    """The marks of these rows in one query, the most pressing first, each in a few words."""
    if not rows:
        return {}
    told = _known_of([row.pk for row in rows], member)
    return {facts["pk"]: list(_marks(facts, member, now)) for facts in told}


def _known_of(rows: Sequence[UUID], member: Membership) -> list[dict[str, Any]]:
    """One statement for each length of page."""
    return statements.ask(_facts(len(rows)), _meaning(rows, member))


def asked(rows: Sequence[Proposal], member: Membership) -> statements.Built | None:
    """What `of_rows` asks."""
    if not rows:
        return None
    return statements.meant(_facts(len(rows)).built, _meaning([row.pk for row in rows], member))


def _meaning(rows: Sequence[UUID], member: Membership) -> dict[Any, Any]:
    return statements.of(member) | dict(zip(statements.items(len(rows)), rows, strict=True))


@cache
def _facts(many: int) -> statements.Kept[dict[str, Any]]:
    mine = FilteredRelation("asides", condition=Q(asides__reviewer=statements.SEAT))
    asked = Proposal.objects.filter(pk__in=statements.items(many)).annotate(own_aside=mine).order_by()
    named = {name: F(path) for name, path in FACTS.items()}
    told: QuerySet[Proposal, Any] = asked.values("pk", "round", signed=signed_once(), **named)
    return statements.keep(told)


def _marks(told: Mapping[str, Any], member: Membership, now: datetime) -> list[str]:
    marks = []
    if _lasts(told["held_until"], now) and told["held_by"] != member.user_id:
        marks.append(
            f"{told['held_name']} looks at it" if told["held_open"] else f"next for {told['held_name']}"
        )
    if _lasts(told["aside_until"], now):
        marks.append(f"set aside until {clock(told['aside_until'], now)}")
    if _lasts(told["given_until"], now):
        mine = member.user_id in told["given_to"]
        marks.append(f"from {told['given_by']}" if mine else f"given to {told['given_label']}")
    if told["signed"]:
        marks.append("signed once")
    if told["round"] > 1:
        marks.append("asked again")
    return marks


def clock(moment: datetime, now: datetime) -> str:
    """A moment as a line has room for it: the time alone when it is today."""
    here = timezone.localtime(moment)
    same_day = here.date() == timezone.localtime(now).date()
    return f"{here:%H:%M}" if same_day else f"{here.day} {here:%b, %H:%M}"


def _lasts(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now
