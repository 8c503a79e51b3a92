"""Decisions: one reviewer's answer, never edited. A trigger refuses UPDATE, DELETE and TRUNCATE."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from approvals.models.loaded import Loaded
from approvals.models.proposal import Proposal


class Verdict(models.TextChoices):
    APPROVE = "approve", "approved"
    EDIT = "edit", "approved with edits"
    REJECT = "reject", "rejected"
    HAND_OVER = "hand_over", "handed to exceptions"


SIGNATURES = (Verdict.APPROVE, Verdict.EDIT)


class Decision(Loaded):
    """``seen_digest`` was on the screen; ``digest`` is what the answer covers (another one only after an edit)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_policy = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    seen_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    arguments = models.JSONField()
    changed_fields = ArrayField(models.CharField(max_length=120), default=list)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    covering = models.ForeignKey(  # whom the reviewer stood in for, where only that person was asked
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    batch = models.ForeignKey("Batch", null=True, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "round", "reviewer"], name="one_answer_per_reviewer"),
            models.CheckConstraint(
                condition=Q(by_policy=True, reviewer__isnull=True)
                | Q(by_policy=False, reviewer__isnull=False),
                name="a_person_or_the_policy",
            ),
            models.CheckConstraint(
                condition=Q(verdict="edit") | Q(digest=models.F("seen_digest")),
                name="only_edits_change_the_digest",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "-decided_at"], name="own_decisions"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="decisions_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.proposal_id}"
