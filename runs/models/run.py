"""Runs and their steps: one walk of a workflow, one recorded move in it."""

from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Agent, Workspace


class State(models.TextChoices):
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "succeeded"
    PARTIAL = "partial", "partial"  # some inputs could not be finished, the rest were
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class Run(models.Model):
    """One walk of a workflow for one period or event."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="runs")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="runs")
    agent_version = models.CharField(max_length=40)
    workflow = models.CharField(max_length=60)
    period = models.CharField(max_length=40, blank=True)
    trace_parent = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    counts = models.JSONField(
        default=dict
    )  # inputs, proposed, blocked, repeats, errors …, as told at the end
    error = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="finished_means_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-started_at"], name="runs_newest")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("run", self.id)


class Step(models.Model):
    """One recorded move: what went in, what came out, how sure, at what cost, how long, what went wrong."""

    KINDS = ["rule", "model", "tool", "gate", "propose", "note"]

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=120)  # the reporter's own name for it: reporting twice changes nothing
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    item = models.CharField(max_length=120, blank=True)  # which input of the run it worked on
    input = models.JSONField(null=True)
    output = models.JSONField(null=True)
    error = models.JSONField(null=True)  # {"code", "message"}
    prompt = models.CharField(max_length=60, blank=True)
    prompt_version = models.CharField(max_length=20, blank=True)
    prompt_digest = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=80, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    tokens_in = models.PositiveIntegerField(null=True)
    tokens_out = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    latency_ms = models.PositiveIntegerField(null=True)
    proposal = models.UUIDField(null=True)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="one_step_of_a_key")]
        indexes = [models.Index(fields=["run", "started_at", "id"], name="steps_in_order")]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"
