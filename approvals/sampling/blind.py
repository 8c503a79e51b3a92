"""A thing of a sample as its judge sees it: what was to be written and the evidence, and not what became of it."""

from datetime import datetime
from typing import Any

from approvals import access
from approvals.models import Decision, Membership, Proposal, SampleItem
from approvals.models.decision import SIGNATURES
from approvals.showing import blind


def proposal_of(item: SampleItem, member: Membership) -> Proposal:
    """The proposal as it was approved, in memory: whatever has been asked again since is not what was drawn."""
    assert item.proposal_id is not None
    row = access.found(member, item.proposal_id)
    assert row is not None
    signed = (
        Decision.objects.filter(proposal=row, digest=item.digest, verdict__in=SIGNATURES)
        .order_by("id")
        .first()
    )
    if signed is not None:
        row.arguments, row.digest = signed.arguments, signed.digest
    return row


def read(item: SampleItem, member: Membership, now: datetime) -> dict[str, Any]:
    """The context of ``approvals/_blind.html``."""
    return blind.read(proposal_of(item, member), now)
