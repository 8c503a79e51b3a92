"""Batches: many proposals of one cohort, answered together by one person, each with a decision of its own."""

from django.conf import settings
from django.db import models

from approvals import ids
from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class Batch(models.Model):
    """The members are fixed when it is opened; what joins the cohort later is in the next one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cohort = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["reviewer", "-created_at"], name="own_batches")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("batch", self.id)


class BatchItem(models.Model):
    """One member: the digest that was shown, whether it had to be opened, and what became of it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    outlier = models.BooleanField(default=False)
    must_open = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=40, blank=True
    )  # a code: approved, signed, rejected, left out, or an error

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "proposal"], name="once_in_a_batch")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"
