"""Who has a stake in a question and so does not answer it: whoever asked, took part, or signed what is to be undone."""

from collections.abc import Collection

from approvals.models import Decision, Membership, Policy, Proposal
from approvals.models.decision import SIGNATURES
from approvals.models.workspace import Role


def signers(proposal: Proposal) -> tuple[int, ...]:
    """The users whose signatures a proposal stands on: those of its last round."""
    signed = Decision.objects.filter(
        proposal=proposal.pk, round=proposal.round, verdict__in=SIGNATURES, by_policy=False
    )
    return tuple(sorted(signed.values_list("reviewer", flat=True)))


def excluded(
    *,
    policy: Policy,
    asked_by: int | None,
    took_part: Collection[int],
    signed_before: Collection[int],
    quorum: int,
) -> list[int]:
    """The users who may not answer: who took part always, and who signed what is to be undone where enough others are
    left to sign it. In a house of few a wrong write can still be undone, by somebody else than who asks.

    ``quorum`` is how many must sign it.
    """
    if not signed_before:
        return [*took_part]
    barred = {*took_part, *signed_before}
    others = Membership.objects.filter(
        workspace_id=policy.workspace_id, roles__contains=[Role.REVIEWER], user__is_active=True
    ).exclude(user_id__in={*barred, asked_by or 0})
    if policy.reviewers:
        others = others.filter(user_id__in=policy.reviewers)
    return sorted(barred) if others.count() >= max(quorum, 1) else [*took_part]
