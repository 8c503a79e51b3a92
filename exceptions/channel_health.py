"""Whether things arrive through a channel. Admins are told once when they no longer do."""

from datetime import datetime

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from approvals.telling import notices
from exceptions.models import Channel


def recovered(*, channel: Channel | None, actor: Actor, now: datetime) -> None:
    """Something has arrived through it, in the caller's transaction."""
    if channel is None:
        return
    again = Channel.objects.filter(pk=channel.pk, failed_at__isnull=False).update(failed_at=None)
    Channel.objects.filter(pk=channel.pk).update(delivered_at=now)
    if again:
        _record("channel.recovered", channel, actor, now)
    channel.failed_at, channel.delivered_at = None, now


def failed(*, channel: Channel | None, actor: Actor, now: datetime) -> None:
    """What was to go through it was given up, in the caller's transaction."""
    if channel is None or not Channel.objects.filter(pk=channel.pk, failed_at__isnull=True).update(
        failed_at=now
    ):
        return
    channel.failed_at = now
    _record("channel.failing", channel, actor, now)
    notices.tell(
        workspace_id=channel.workspace_id, users=admins(channel.workspace_id), kind="channel_failing", now=now
    )


def admins(workspace_id: int) -> list[int]:
    """The user ids of those who can mend what nobody else can."""
    found = Membership.objects.filter(
        workspace=workspace_id, roles__contains=[Role.ADMIN], user__is_active=True
    )
    return list(found.order_by("pk").values_list("user", flat=True))


def _record(kind: str, channel: Channel, actor: Actor, now: datetime) -> None:
    ledger.append(
        workspace_id=channel.workspace_id, kind=kind, actor=actor, at=now, data={"channel": channel.pk}
    )
