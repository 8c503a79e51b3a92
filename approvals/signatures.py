"""Whose signatures stand under what is on the table, counted again when it is about to be done."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from approvals import prepared
from approvals.models import Decision, Membership
from approvals.models.decision import SIGNATURES
from approvals.models.workspace import Role


def signers(proposals: Collection[UUID]) -> dict[UUID, list[set[int]]]:
    """Who has signed what is on the table now and may still sign, per proposal: for each signature its signer, and the
    person whose seat they took. One query.
    """
    found: dict[UUID, list[set[int]]] = defaultdict(list)
    standing = _standing(proposals).filter(_may_still_sign())
    for proposal, *seat in standing.values_list("proposal_id", "reviewer_id", "covering_id"):
        found[proposal].append({user for user in seat if user is not None})
    return found


# Written out: asked for every batch of writes, and put together anew it would cost more than its answer.
_FALLEN = """
SELECT DISTINCT d.proposal_id FROM approvals_decision d
JOIN approvals_proposal p ON p.id = d.proposal_id AND p.round = d.round AND p.digest = d.digest
WHERE d.proposal_id = ANY(string_to_array(%s, ',')::uuid[]) AND d.verdict IN ('approve', 'edit') AND NOT d.by_policy
  AND NOT EXISTS (
    SELECT FROM approvals_membership m JOIN auth_user u ON u.id = m.user_id AND u.is_active
    WHERE m.workspace_id = p.workspace_id AND m.user_id = d.reviewer_id AND m.roles @> ARRAY['reviewer']::varchar[])
"""


def fallen(proposals: Collection[UUID]) -> set[UUID]:
    """Of these, what somebody signed who reviews here no longer. One query."""
    with prepared.cursor() as cursor:
        cursor.execute(_FALLEN, [",".join(proposal.hex for proposal in proposals)])
        return {pk for (pk,) in cursor.fetchall()}


def _standing(proposals: Collection[UUID]) -> QuerySet[Decision]:
    return Decision.objects.filter(
        proposal__in=proposals, round=F("proposal__round"), digest=F("proposal__digest"), verdict__in=SIGNATURES,
        by_policy=False,
    )  # fmt: skip


def _may_still_sign() -> Exists:
    return Exists(
        Membership.objects.filter(
            workspace=OuterRef("proposal__workspace"), user=OuterRef("reviewer"), user__is_active=True,
            roles__contains=[Role.REVIEWER],
        )
    )  # fmt: skip
