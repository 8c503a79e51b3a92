"""Changes that wait for a second admin: proposed, confirmed by another, or withdrawn."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.four_eyes import kinds, rule
from approvals.four_eyes.drafts import TITLE, Draft
from approvals.models import Change, Workspace
from approvals.models.change import ChangeState


class AlreadyProposed(LookupError):
    """A change of the same thing waits: confirm or withdraw that one first."""


class AlreadySettled(LookupError):
    """The change was confirmed or withdrawn before."""


class OwnChange(ValueError):
    """Who proposed it cannot be the second to look at it."""


class Overtaken(LookupError):
    """What it would change is not as it was when it was proposed, or who proposed it is no admin any more."""


class NotAnAdmin(LookupError):
    """Who would confirm it may not change settings any more."""


def propose(*, workspace: Workspace, draft: Draft, by: int, actor: Actor, now: datetime) -> Change:
    """Put it before the other admins; nothing changes yet. Raises `AlreadyProposed`."""
    try:
        with transaction.atomic():
            change = Change.objects.create(
                workspace=workspace, kind=draft.kind, about=draft.about, title=draft.title[:TITLE], lines=draft.lines,
                payload=draft.payload, standing=draft.standing, proposed_by_id=by, proposed_at=now,
            )  # fmt: skip
            _record("change.proposed", change, actor, now)
    except IntegrityError:
        raise AlreadyProposed(draft.title) from None
    return change


def confirm(
    *, change: Change, by: int, actor: Actor, now: datetime, known: Mapping[str, kinds.Kind] = kinds.KINDS
) -> None:
    """The second admin agrees, and it takes effect: all of it, or nothing. ``known``: kinds of floors above, too.

    Raises `OwnChange`, `AlreadySettled`, `Overtaken`, `NotAnAdmin`.
    """
    if change.proposed_by_id == by:
        raise OwnChange(change.title)
    with transaction.atomic():
        workspace = locks.take(Workspace.objects).get(pk=change.workspace_id)
        able = rule.admins(workspace.pk, lock=True)
        if by not in able:
            raise NotAnAdmin(change.title)
        _settle(change, ChangeState.CONFIRMED, by, now)
        kind = known[change.kind]
        if change.proposed_by_id not in able or kind.standing(workspace, change.payload) != change.standing:
            raise Overtaken(change.title)
        try:
            kind.carry_out(workspace, change.payload, by, actor, now)
        except kind.refusals as refusal:
            raise Overtaken(change.title) from refusal
        _record("change.confirmed", change, actor, now, proposed_by=change.proposed_by_id)


def withdraw(*, change: Change, by: int, actor: Actor, now: datetime) -> None:
    """It will not be done: any admin may say so, whoever proposed it. Raises `AlreadySettled`."""
    with transaction.atomic():
        _settle(change, ChangeState.WITHDRAWN, by, now)
        _record("change.withdrawn", change, actor, now)


def stands(change: Change, known: Mapping[str, kinds.Kind] = kinds.KINDS) -> bool:
    """Whether what it would change is still as it was."""
    return bool(known[change.kind].standing(change.workspace, change.payload) == change.standing)


def _settle(change: Change, state: str, by: int, now: datetime) -> None:
    waiting = Change.objects.filter(pk=change.pk, state=ChangeState.PROPOSED)
    if not waiting.update(state=state, settled_by=by, settled_at=now):
        raise AlreadySettled(change.title)


def _record(kind: str, change: Change, actor: Actor, now: datetime, **more: int) -> None:
    data = {"change": change.pk, "of": change.kind, "about": ledger.code_of(change.about)} | more
    ledger.append(workspace_id=change.workspace_id, kind=kind, actor=actor, at=now, data=data)
