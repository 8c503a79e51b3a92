"""The journal of questions put to models: what each took, and which proposal came of it."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace
from runs.models.run import Run


class Purpose(models.TextChoices):
    WORK = "work", "work"
    CHECK = "check", "second opinion"
    GOLDEN = "golden", "golden set"
    REPLAY = "replay", "replay"


class ModelCall(models.Model):
    """One question, however many calls it took. An answer from the cache took none, and cost nothing."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=6, choices=Purpose.choices, default=Purpose.WORK)
    prompt = models.CharField(max_length=60)
    prompt_version = models.PositiveSmallIntegerField()
    prompt_digest = models.CharField(max_length=64)
    model = models.CharField(max_length=80)
    input_digest = models.CharField(max_length=64)
    proposal = models.UUIDField(null=True)  # what was proposed on the strength of the answer
    error = models.CharField(max_length=40, blank=True)  # a code; empty: answered
    from_cache = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True)  # US dollars; null: no price known
    latency_ms = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="call_purpose_known"),
            models.CheckConstraint(
                condition=Q(from_cache=False) | Q(tokens_in=0, tokens_out=0, attempts=0, cost=0),
                name="the_cache_costs_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "prompt", "-asked_at"], name="calls_of_prompt"),
            models.Index(fields=["run", "input_digest"], condition=Q(run__isnull=False), name="calls_of_run"),
            models.Index(fields=["asked_at"], name="calls_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.prompt_version}, {self.model}"
