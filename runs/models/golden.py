"""Golden sets: reviewed work whose right answer is known, tried again whenever a prompt or a model changes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals import ids
from approvals.models import Workspace
from exceptions.models import Case


class Source(models.TextChoices):
    KEPT = "kept", "kept by a reviewer"
    SAMPLE = "sample", "drawn from reviewed work"


class GoldenCase(models.Model):
    """An input of a workflow and what people signed for it. Retired, never changed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=60)
    proposal = models.UUIDField()
    source = models.CharField(max_length=6, choices=Source.choices)
    input = models.JSONField()
    expected = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "proposal"], name="kept_as_golden_once"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="golden_source_known"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "workflow", "id"], condition=Q(retired_at__isnull=True), name="golden_in_use"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.workflow} {self.proposal}"


class GoldenState(models.TextChoices):
    WAITING = "waiting", "waiting for a worker"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class GoldenRun(models.Model):
    """One trial of a set by one reader. ``reader`` says who read: prompt, version, digest and model, or rules."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=60)
    why = models.CharField(max_length=8)  # change, weekly, asked
    reader = models.JSONField()
    reader_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=GoldenState.choices, default=GoldenState.WAITING)
    size = models.PositiveIntegerField()
    right = models.PositiveIntegerField(default=0)
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    worse = models.PositiveIntegerField(default=0)  # right before, wrong now
    better = models.PositiveIntegerField(default=0)
    chance = models.FloatField(null=True)  # that so many or more got worse by chance alone (exact McNemar)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GoldenState.values), name="golden_run_state_known"),
            models.CheckConstraint(condition=Q(right__lte=F("size")), name="golden_run_counts_soundly"),
            models.UniqueConstraint(
                fields=["workspace", "workflow"], condition=Q(state="waiting"),
                name="one_golden_run_waits",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["workspace", "workflow", "-asked_at"], name="golden_runs_newest"),
            models.Index(fields=["asked_at"], condition=Q(state__in=["waiting", "running"]), name="golden_runs_due"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.workflow} {self.state}"


class GoldenAnswer(models.Model):
    """What a trial made of one golden case: ``wrong`` names the fields that differ from what people signed."""

    trial = models.ForeignKey(GoldenRun, on_delete=models.PROTECT, related_name="answers")
    golden = models.ForeignKey(GoldenCase, on_delete=models.PROTECT, related_name="answers")
    said = models.JSONField()
    wrong = models.JSONField(default=list)
    right = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "golden"], name="one_answer_of_a_trial")]

    def __str__(self) -> str:
        return "right" if self.right else "wrong"
