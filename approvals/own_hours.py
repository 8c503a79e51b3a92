"""When somebody works and whether letters reach them: their own choice. When the workspace works: its admins'."""

from datetime import datetime

from django.db import transaction

from approvals import hours, ledger
from approvals.actors import Actor
from approvals.hours import Hours
from approvals.models import Membership, Workspace


class SameHours(ValueError):
    """These are the hours already."""


def set_own(*, member: Membership, wanted: Hours | None, now: datetime) -> None:
    """From now on the member works then; None: as the workspace does. Raises `SameHours`."""
    told = {
        "timezone": wanted.zone if wanted else "",
        "works_on": sorted(wanted.days) if wanted else None,
        "works_from": wanted.start if wanted else None,
        "works_until": wanted.end if wanted else None,
    }
    if all(getattr(member, name) == value for name, value in told.items()):
        raise SameHours(str(member))
    Membership.objects.filter(pk=member.pk).update(**told)
    for name, value in told.items():
        setattr(member, name, value)


def set_letters(*, member: Membership, letters: str, now: datetime) -> None:
    """When the member is written to."""
    Membership.objects.filter(pk=member.pk).update(letters=letters)
    member.letters = letters


def set_workspace(*, workspace: Workspace, wanted: Hours, actor: Actor, now: datetime) -> None:
    """The workspace works then: patience that counts working hours is counted so from now on, for what is proposed
    from now on. Raises `SameHours`.
    """
    if wanted == hours.of_workspace(workspace):
        raise SameHours(str(workspace))
    with transaction.atomic():
        Workspace.objects.filter(pk=workspace.pk).update(
            timezone=wanted.zone,
            works_on=sorted(wanted.days),
            works_from=wanted.start,
            works_until=wanted.end,
        )
        data = {"zone": wanted.zone, "days": sorted(wanted.days), "from": f"{wanted.start:%H:%M}",
                "until": f"{wanted.end:%H:%M}"}  # fmt: skip
        ledger.append(workspace_id=workspace.pk, kind="workspace.hours_set", actor=actor, at=now, data=data)
