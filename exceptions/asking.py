"""Asking the agent again: what its gates blocked is sent back with a word on what would be right."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases, resolutions
from exceptions.models import Case, Occurrence

ASKED = "asked_again"
REASON = "ask_again"
LONGEST = 500


class NothingToAsk(LookupError):
    """None of these is a blocked proposal that still waits for somebody."""


class MissingNote(ValueError):
    """An agent that is asked again is told what would be right."""


def ask_again(
    *, case: Case, occurrences: Iterable[int], member: Membership, note: str, actor: Actor, now: datetime
) -> int:
    """Reject the blocked proposals behind these failures, and tell their agents what is wanted. Returns how many.

    The agent reads it as the outcome ``asked_again``. Raises `cases.NotYourCase`, `resolutions.NotOffered`,
    `MissingNote`, `NothingToAsk`.
    """
    cases.of_member(member, case)
    if REASON not in case.failure_class.resolutions:
        raise resolutions.NotOffered("failures of this class are not sent back to the agent")
    note = note.strip()[:LONGEST]
    if not note:
        raise MissingNote(case.public_id)
    with transaction.atomic():
        wanted = Occurrence.objects.filter(
            case=case, pk__in=list(occurrences)[: resolutions.MOST], disposition=resolutions.OPEN,
            execution__isnull=True, proposal__isnull=False,
        )  # fmt: skip
        found = list(wanted.order_by("id"))
        asked = resolutions.reject_blocked(found, REASON, actor, now)
        if not asked:
            raise NothingToAsk(case.public_id)
        resolutions.settle_together(
            case=case, occurrences=[row for row in found if row.proposal_id in asked],
            answer=resolutions.Answer(ASKED, actor, now, member.user_id, REASON, note),
        )  # fmt: skip
    return len(asked)
