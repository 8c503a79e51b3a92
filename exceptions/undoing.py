"""Undoing what was written: the way out of failures that speak of a write which should not stand."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from approvals.actors import Actor
from approvals.models import Proposal
from exceptions import resolutions, sheet
from exceptions.models import Case, Occurrence
from exceptions.resolutions import OPEN, Answer

WAY, REVERSED = "reverse", "reversed"


def url(found: Occurrence, case: Case) -> str:
    """Where undoing it is proposed, for somebody else to sign; empty where nothing was written, and where the class of
    the case does not allow it. A page of the floor above.
    """
    allowed = WAY in case.failure_class.resolutions
    if not allowed or found.proposal is None or found.disposition != OPEN or found.written != "yes":
        return ""
    return sheet.address("effect", case.workspace.slug, found.proposal.public_id)


def settle(*, execution: UUID, proposal: Proposal, by: int | None, actor: Actor, now: datetime) -> int:
    """The write is undone: so is what failed about it, wherever undoing is a way out. ``by`` asked for it. Returns how
    many failures that were.
    """
    about = Q(execution=execution) | Q(execution__isnull=True, proposal=proposal)
    found = Occurrence.objects.filter(
        about, disposition=OPEN, written="yes", case__failure_class__resolutions__contains=[WAY]
    )
    return resolutions.settle_all(found, Answer(REVERSED, actor, now, by))
