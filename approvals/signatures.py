"""Whose signatures stand under what is on the table, counted again when it is about to be done."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

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


def fallen(proposals: Collection[UUID]) -> set[UUID]:
    """Of these, what somebody signed who reviews here no longer. One query."""
    return set(_standing(proposals).exclude(_may_still_sign()).values_list("proposal_id", flat=True))


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
