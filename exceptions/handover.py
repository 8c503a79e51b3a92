"""A reviewer who cannot decide hands the proposal over: the answer and the case are kept together."""

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import decisions
from approvals.actors import Actor
from approvals.models import Membership
from approvals.oversight.exposures import Look
from exceptions import cases
from exceptions.models import Case

CODE = "review.handed_over"


def hand_over(
    *,
    proposal_id: Any,
    member: Membership,
    seen_digest: str,
    note: str,
    actor: Actor,
    now: datetime,
    look: Look | None = None,
    seen_round: int | None = None,
) -> Case | None:
    """Block a pending proposal and open its case; a drill is caught by it, and no case is opened.

    Raises what `decisions.decide` raises.
    """
    with transaction.atomic():
        proposal = decisions.decide(
            proposal_id=proposal_id, member=member, verdict="hand_over", seen_digest=seen_digest, note=note,
            actor=actor, now=now, look=look, seen_round=seen_round,
        )  # fmt: skip
        if proposal.drill:
            return None
        return cases.open_case(
            workspace=member.workspace,
            code=CODE,
            message=note.strip() or "No note was left",
            facts={"reviewer": member.user_id},
            proposal=proposal,
            run=proposal.run,
            amount=proposal.amount,
            currency=proposal.currency,
            connector=proposal.tool.partition(".")[0],
            operation=proposal.tool,
            actor=actor,
            now=now,
        )
