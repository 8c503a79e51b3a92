"""Runs and their steps: one walk of a workflow, one recorded move in it."""

from django.db import models
from django.db.models import F, Q

from approvals import ids
from approvals.models import Agent, Workspace


class State(models.TextChoices):
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "succeeded"
    PARTIAL = "partial", "partial"  # some inputs could not be finished, the rest were
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


MOVES: dict[str, frozenset[str]] = {
    State.RUNNING: frozenset({State.SUCCEEDED, State.PARTIAL, State.FAILED, State.CANCELLED}),
    State.SUCCEEDED: frozenset(),
    State.PARTIAL: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}  # what ended is gone on with by another run

PATIENCE_SECONDS = 6 * 60 * 60  # without a word, when the reporter named no time of its own


class Run(models.Model):
    """One walk of a workflow for one period or event. What its steps add up to is kept with it as they are told.

    ``resumes`` is the run whose record this one goes on from, where that had been closed. ``costs`` are decimal texts
    by currency; an amount without one stands under the empty name, and currencies are never added together.
    """

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
    resumes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="resumed_by", db_index=False
    )
    heard_at = models.DateTimeField(null=True)  # the latest word; no index knows it, so a step moves no entry
    patience_seconds = models.PositiveIntegerField(default=PATIENCE_SECONDS, db_default=PATIENCE_SECONDS)
    silent = models.BooleanField(default=False, db_default=False)  # closed by the clock, not by its reporter
    steps_told = models.PositiveIntegerField(default=0, db_default=0)
    steps_failed = models.PositiveIntegerField(default=0, db_default=0)
    steps_contradicted = models.PositiveIntegerField(default=0, db_default=0)  # told again in other words
    tokens_in = models.BigIntegerField(default=0, db_default=0)
    tokens_out = models.BigIntegerField(default=0, db_default=0)
    costs = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="run_state_known"),
            models.CheckConstraint(condition=~Q(resumes=F("id")), name="run_resumes_another"),
            models.CheckConstraint(condition=~Q(silent=True, state="running"), name="silence_ends_a_run"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="finished_means_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-started_at"], name="runs_newest"),
            models.Index(fields=["workspace", "workflow", "-started_at"], name="runs_by_workflow"),
            models.Index(fields=["workspace", "state", "-started_at"], name="runs_by_state"),
            models.Index(
                fields=["workspace", "period", "-started_at"], condition=~Q(period=""), name="runs_by_period"
            ),
            models.Index(fields=["agent", "-started_at"], name="runs_by_agent"),
            models.Index(fields=["agent", "agent_version", "-started_at"], name="runs_by_version"),
            models.Index(fields=["id"], condition=Q(state="running"), name="runs_running"),
            models.Index(fields=["resumes"], condition=Q(resumes__isnull=False), name="runs_resumed"),
            models.Index(fields=["workspace", "-finished_at"], name="runs_ended"),
        ]  # ``runs_under_way``, over the time each run took, stands in migration 0012

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("run", self.id)


class Step(models.Model):
    """One recorded move: what went in, what came out, how sure, at what cost, how long, what went wrong.

    Clocks are kept as they were told, also when they contradict each other; the id says when it was told.
    """

    KINDS = ["rule", "model", "tool", "gate", "propose", "note"]

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=120)  # the reporter's own name for it: reporting twice changes nothing
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    item = models.CharField(max_length=120, blank=True)  # which input of the run it worked on
    parent = models.CharField(
        max_length=120, blank=True, default="", db_default=""
    )  # key of the step around it
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
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="one_step_of_a_key")]
        indexes = [
            models.Index(fields=["run", "started_at", "id"], name="steps_in_order"),
            models.Index(
                fields=["run", "started_at", "id"], condition=Q(error__isnull=False), name="steps_that_failed"
            ),
            models.Index(fields=["run", "item"], condition=~Q(item=""), name="steps_of_item"),
            models.Index(
                fields=["run", "proposal"], condition=Q(proposal__isnull=False), name="steps_that_proposed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"
