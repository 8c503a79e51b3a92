"""When somebody works and whether letters reach them: their own choice."""

from datetime import datetime

from approvals.hours import Hours
from approvals.models import Membership


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
