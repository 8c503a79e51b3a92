"""Who else has an item on the screen, in words, and the way to take it over."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from approvals import holds
from approvals.models import Hold, Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.visible import visible


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_held.html``: one query, and none where nothing is to be answered."""
    if proposal.state != State.PENDING or not member.may(Role.REVIEWER):
        return {"held": None}
    return {"held": told(holds.live(proposal, now), proposal, member)}


def told(hold: Hold | None, proposal: Proposal, member: Membership) -> dict[str, Any] | None:
    """A colleague's hold; nothing for one's own."""
    if hold is None or hold.reviewer_id == member.user_id:
        return None
    who = hold.reviewer.get_username()
    return {
        "text": words(hold),
        "short": visible(f"{who} has it on the screen." if hold.opened_at else f"It comes next for {who}."),
        "take_url": reverse("hold-take", args=[member.workspace.slug, proposal.public_id]),
    }


def words(hold: Hold) -> SafeString:
    """Since when, and whether it is being read or only comes next."""
    who = hold.reviewer.get_username()
    if hold.opened_at is None:
        since = timezone.localtime(hold.taken_at)
        return visible(f"It comes next on {who}’s screen, since {since:%H:%M}.")
    return visible(f"{who} has had this on the screen since {timezone.localtime(hold.opened_at):%H:%M}.")
