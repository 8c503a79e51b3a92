"""Channels: a team's chat room, or another system. Their secrets are named here, and known to workers only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from approvals import ledger, locks, secret_names
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions.models import Call, Channel, Revision, Team
from exceptions.models.channel import Kind

TEST = "test"


class NotYourChannels(PermissionError):
    """Only admins add, change, try and retire channels."""


class SameName(ValueError):
    """Another channel of the workspace is called so."""


class OddChannel(ValueError):
    """A webhook has an address and a chat has none; its secret has a name; its team is of the workspace."""


class StaleChannel(LookupError):
    """Somebody changed the channel meanwhile, or retired it. Read it again."""


class Retired(LookupError):
    """Nothing is sent through it any more."""


@dataclass(frozen=True)
class Terms:
    """What an admin may set. ``url`` is a webhook's; a chat's whole address is its secret."""

    name: str
    team: Team | None
    url: str
    secret: str


def add(*, kind: str, terms: Terms, member: Membership, actor: Actor, now: datetime) -> Channel:
    """A way to call people by. Raises `NotYourChannels`, `OddChannel`, `SameName`."""
    _of_admin(member, member.workspace_id)
    _check(kind, terms, member.workspace_id)
    with transaction.atomic():
        try:
            with transaction.atomic():
                channel = Channel.objects.create(
                    workspace=member.workspace, kind=kind, created_at=now, **vars(terms)
                )
        except IntegrityError as error:
            raise SameName(terms.name) from error
        _keep(channel, "channel.added", member, actor, now)
    return channel


def change(
    *, channel: Channel, seen_version: int, terms: Terms, member: Membership, actor: Actor, now: datetime
) -> Channel:
    """Set its terms, as its next version; whether it works is to be seen anew.

    Raises `NotYourChannels`, `OddChannel`, `SameName`, `StaleChannel`.
    """
    _of_admin(member, channel.workspace_id)
    _check(channel.kind, terms, channel.workspace_id)
    live = Channel.objects.filter(pk=channel.pk, version=seen_version, retired_at__isnull=True)
    with transaction.atomic():
        try:
            with transaction.atomic():
                changed = live.update(version=seen_version + 1, failed_at=None, **vars(terms))
        except IntegrityError as error:
            raise SameName(terms.name) from error
        if not changed:
            raise StaleChannel(channel.name)
        channel.refresh_from_db()
        _keep(channel, "channel.changed", member, actor, now)
    return channel


def retire(*, channel: Channel, member: Membership, actor: Actor, now: datetime) -> None:
    """Nobody is called through it; plans that name it take other ways. Raises `NotYourChannels`, `Retired`."""
    _of_admin(member, channel.workspace_id)
    with transaction.atomic():
        if not Channel.objects.filter(pk=channel.pk, retired_at__isnull=True).update(retired_at=now):
            raise Retired(channel.name)
        _record("channel.retired", channel, actor, now)


def send_test(*, channel: Channel, member: Membership, actor: Actor, now: datetime) -> Call:
    """Put down a message for a worker to send through it, about no case. Raises `NotYourChannels`, `Retired`."""
    _of_admin(member, channel.workspace_id)
    with transaction.atomic():
        row = locks.take(Channel.objects).get(pk=channel.pk)
        if row.retired_at is not None:
            raise Retired(channel.name)
        call = Call.objects.create(
            workspace_id=row.workspace_id, step=0, why=TEST, kind=row.kind, channel=row, user_id=member.user_id,
            next_try_at=now, created_at=now,
        )  # fmt: skip
        _record("channel.tried", row, actor, now)
    return call


def _check(kind: str, terms: Terms, workspace_id: int) -> None:
    wants_url = kind == Kind.WEBHOOK
    foreign = terms.team is not None and terms.team.workspace_id != workspace_id
    if kind not in (Kind.CHAT, Kind.WEBHOOK) or foreign or bool(terms.url) != wants_url:
        raise OddChannel(terms.name)
    if not secret_names.is_name(terms.secret):
        raise OddChannel(terms.secret)


def _of_admin(member: Membership, workspace_id: int) -> None:
    if member.workspace_id != workspace_id or not member.may(Role.ADMIN):
        raise NotYourChannels("this needs the role admin")


def content(channel: Channel) -> dict[str, Any]:
    """What an export would say of the channel: where its secret lies, never the secret."""
    return {
        "name": channel.name, "kind": channel.kind, "team": channel.team.name if channel.team else None,
        "url": channel.url, "secret": channel.secret,
    }  # fmt: skip


def _keep(channel: Channel, kind: str, member: Membership, actor: Actor, now: datetime) -> None:
    Revision.objects.create(
        workspace_id=channel.workspace_id, kind="channel", key=str(channel.pk), version=channel.version,
        content=content(channel), by_id=member.user_id, at=now,
    )  # fmt: skip
    _record(kind, channel, actor, now)


def _record(kind: str, channel: Channel, actor: Actor, now: datetime) -> None:
    ledger.append(
        workspace_id=channel.workspace_id, kind=kind, actor=actor, at=now,
        data={"channel": channel.pk, "version": channel.version},
    )  # fmt: skip
