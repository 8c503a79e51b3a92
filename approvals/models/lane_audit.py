"""Audits of a lane: writes that passed by themselves and are looked at afterwards, drawn by chance, for ever."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.lane import Lane
from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class LaneAudit(models.Model):
    """One write to be judged by somebody who is not told what came of it. ``probability`` is its chance to be drawn."""

    proposal = models.OneToOneField(
        Proposal, primary_key=True, on_delete=models.PROTECT, related_name="lane_audit"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="audits")
    probability = models.FloatField()
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    wrong = models.BooleanField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, judged_by__isnull=True, wrong__isnull=True)
                | Q(judged_at__isnull=False, judged_by__isnull=False, wrong__isnull=False),
                name="judged_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(wrong=True) | ~Q(reason_code=""), name="wrong_for_a_reason"),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="drawn_with_a_probability"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "due_at"], condition=Q(judged_at__isnull=True), name="audits_waiting"
            ),
            models.Index(fields=["lane", "-drawn_at"], name="audits_of_lane"),
        ]

    def __str__(self) -> str:
        return f"audit of {self.proposal_id}"
