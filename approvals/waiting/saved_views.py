"""Saved views: a person's own names for places in a queue, a dozen of each. Nobody else sees or touches them."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from approvals import locks
from approvals.models import Membership, SavedView
from approvals.models.workspace import Role

MOST = 12
REVIEW, CASES = "review", "cases"  # the queues that have views
KEEPERS = (Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)  # an auditor changes nothing, not even this


class TooManyViews(ValueError):
    """A dozen is what a head and a screen have room for. Delete one first."""


class NameTaken(ValueError):
    """Another of the person's views has that name."""


class NoName(ValueError):
    """A view is found by its name, so it needs one of up to forty characters, none of them a control character."""


def own(member: Membership, queue: str = REVIEW) -> QuerySet[SavedView]:
    """The member's views of a queue in this workspace, in the order they chose."""
    mine = SavedView.objects.filter(workspace_id=member.workspace_id, owner=member.user_id, queue=queue)
    return mine.order_by("position", "pk")


def keep(
    *, member: Membership, name: str, query: Mapping[str, str], now: datetime, queue: str = REVIEW
) -> SavedView:
    """Keep a place under a name; under a name of one's own that is in use, instead of what was there.

    Raises `NoName`, `TooManyViews`.
    """
    name = _spelled(name)
    with transaction.atomic():
        mine = _locked(member, queue)
        known = next((view for view in mine if view.name == name), None)
        if known is not None:
            known.query = dict(query)
            known.save(update_fields=["query"])
            return known
        if len(mine) >= MOST:
            raise TooManyViews(f"{len(mine)} of {MOST}")
        last = max((view.position for view in mine), default=0)
        return SavedView.objects.create(
            workspace_id=member.workspace_id, owner=member.user, queue=queue, name=name, query=dict(query),
            position=last + 1, created_at=now,
        )  # fmt: skip


def rename(*, view: SavedView, name: str) -> None:
    """Raises `NoName`, `NameTaken`."""
    view.name = _spelled(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as error:
        raise NameTaken(view.name) from error


def move_up(*, member: Membership, view: SavedView) -> None:
    """Before the one it follows; the first stays the first."""
    with transaction.atomic():
        order = _locked(member, view.queue)
        place = next((number for number, other in enumerate(order) if other.pk == view.pk), 0)
        if place:
            order[place - 1 : place + 1] = [order[place], order[place - 1]]
        for position, other in enumerate(order, start=1):
            SavedView.objects.filter(pk=other.pk).exclude(position=position).update(position=position)


def delete(*, view: SavedView) -> None:
    """What it showed stays where it is; only the name is gone."""
    view.delete()


def _locked(member: Membership, queue: str) -> list[SavedView]:
    """The member's views while nobody else changes them: their membership is locked with them."""
    list(locks.take(Membership.objects).filter(pk=member.pk))
    return list(own(member, queue))


def _spelled(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 40 or any(unicodedata.category(letter) == "Cc" for letter in name):
        raise NoName(name[:60])
    return name
