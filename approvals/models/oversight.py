"""What tells a look from a rubber stamp: how long something was on the screen, and drills."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from approvals.models.decision import Decision
from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class Exposure(models.Model):
    """How long the item, and its evidence, were visible before the answer. Milliseconds, as the page measured them
    and never more than the server saw pass. ``floor_ms`` is the least a reading takes.
    """

    decision = models.OneToOneField(
        Decision, primary_key=True, on_delete=models.CASCADE, related_name="exposure"
    )
    seen_ms = models.PositiveIntegerField(null=True)  # None: the page had no script to measure with
    evidence_ms = models.PositiveIntegerField(null=True)
    panes = ArrayField(models.CharField(max_length=20), default=list)  # what was opened: arguments, story, …
    floor_ms = models.PositiveIntegerField()
    under_floor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.seen_ms} ms"


class Drill(models.Model):
    """A proposal made wrong on purpose from a settled one. It looks like any other and can never execute.

    ``commitment`` is SHA-256 of the proposal's id and ``nonce``: it is in the ledger from the beginning, and the
    ledger learns the rest when the drill has been answered and shown.
    """

    proposal = models.OneToOneField(
        Proposal, primary_key=True, on_delete=models.PROTECT, related_name="drilled"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=120)
    mistake = models.CharField(max_length=30)
    right = models.JSONField()
    wrong = models.JSONField()
    nonce = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    seeded_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    caught = models.BooleanField(null=True)
    revealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True, caught__isnull=True) | Q(revealed_at__isnull=False),
                name="caught_is_told_when_revealed",
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "answered_by", "revealed_at"], name="drills_answered"),
            models.Index(fields=["workspace", "-seeded_at"], name="drills_seeded"),
        ]

    def __str__(self) -> str:
        return f"{self.mistake} in {self.field}"
