"""Where somebody's letters go: for them alone to say. The ledger keeps that it changed, not what it is."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership


class SameAddress(ValueError):
    """It is exactly this address already."""


def set_own(*, member: Membership, address: str, actor: Actor, now: datetime) -> None:
    """The member's letters go there from now on; nowhere, when empty. Raises `SameAddress`."""
    with transaction.atomic():
        others = get_user_model().objects.filter(pk=member.user_id).exclude(email=address)
        if not others.update(email=address):
            raise SameAddress(str(member))
        ledger.append(
            workspace_id=member.workspace_id, kind="member.address_changed", actor=actor, at=now,
            data={"user": member.user_id, "known": bool(address)},
        )  # fmt: skip
    member.user.email = address
