"""A person says that what had stopped inspection was put right: it goes on, tightened."""

from datetime import datetime

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership, SampleWeek
from approvals.models.workspace import Role
from approvals.sampling import closing
from approvals.statistics.inspection import STOPPED


class NotYours(PermissionError):
    """Admins say that inspection goes on."""


class NotStopped(LookupError):
    """Inspection goes on already."""


def resume(*, member: Membership, note: str, actor: Actor, now: datetime) -> None:
    """Go on, tightened; ``note`` says what was put right. Raises `NotYours`, `NotStopped`."""
    if not member.may(Role.ADMIN):
        raise NotYours("this needs the role admin")
    rows = SampleWeek.objects.filter(workspace=member.workspace_id, closed_at__isnull=False)
    with transaction.atomic():
        latest = rows.order_by("-closed_at", "-monday").first()
        if latest is None or closing.standing(member.workspace).severity != STOPPED:
            raise NotStopped(member.workspace.slug)
        still = rows.filter(pk=latest.pk, resumed_at__isnull=True)
        if not still.update(resumed_at=now, resumed_by=member.user, resumed_note=note.strip()):
            raise NotStopped(member.workspace.slug)
        ledger.append(
            workspace_id=member.workspace_id, kind="sample.resumed", actor=actor, at=now,
            data={"week": latest.monday.isoformat()},
        )  # fmt: skip
