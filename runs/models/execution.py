"""Executions: the effect of approved proposals. The database schedules them (see migration ``0002_laws``)."""

from django.db import models
from django.db.models import F, Q

from approvals import ids
from approvals.models import Proposal, Workspace


class State(models.TextChoices):
    SCHEDULED = "scheduled", "scheduled"  # a worker starts it when due; undo cancels it
    STARTED = "started", "started"  # the intent is committed, the call may be out
    SUCCEEDED = "succeeded", "succeeded"  # final: the receipt is kept
    FAILED = "failed", "failed"  # nothing was written; a retry schedules it again under the same key
    UNKNOWN = "unknown", "unknown"  # it may have happened: looked up by key, or settled by a person
    CANCELLED = "cancelled", "cancelled"  # final: permission was withdrawn before anything was sent


MOVES: dict[str, frozenset[str]] = {
    State.SCHEDULED: frozenset({State.STARTED, State.CANCELLED, State.FAILED}),
    State.STARTED: frozenset({State.SUCCEEDED, State.FAILED, State.UNKNOWN}),
    State.FAILED: frozenset({State.SCHEDULED}),
    State.UNKNOWN: frozenset({State.SUCCEEDED, State.FAILED}),
    State.SUCCEEDED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Execution(models.Model):
    """The effect of one approved proposal: at most one that is not cancelled, one write key for all its attempts.

    ``arguments`` are the exact bytes that run and ``digest`` is the one the reviewers signed. Every state change by a
    worker carries ``lease_epoch``: a worker that wakes up late changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    # three times in its short life a row is written anew, and each index with it: none leads where another does already
    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="executions", db_index=False
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="executions")
    round = models.PositiveSmallIntegerField()
    reverses = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="reversals", db_index=False
    )
    tool = models.CharField(max_length=80)
    tool_version = models.PositiveIntegerField()
    arguments = models.JSONField()
    digest = models.CharField(max_length=64)
    write_key = models.CharField(max_length=64)
    # what is touched: workspace, connector and subject; empty where no order is asked for. The database fills it.
    target = models.CharField(max_length=320, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=State.choices)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_epoch = models.PositiveIntegerField(default=0)
    claimed_by = models.BigIntegerField(null=True)  # the advisory-lock number of the worker that holds it
    leased_until = models.DateTimeField(null=True)
    waits_for = models.CharField(
        max_length=160, blank=True, db_default="", default=""
    )  # a bucket, see ``limits``
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure_class = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=500, blank=True)
    receipt = models.JSONField(null=True)  # {"reference", "data"}
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=~Q(state="cancelled"), name="one_approval_one_effect"
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(
                    state__in=["scheduled", "started", "succeeded", "unknown"], reverses__isnull=False
                ),
                name="reversed_once",
            ),
            models.UniqueConstraint(
                fields=["target"], condition=Q(state="started") & ~Q(target=""), name="one_write_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="execution_state_known"),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(receipt__isnull=False, finished_at__isnull=False),
                name="success_has_a_receipt",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="reverses_another"),
            models.UniqueConstraint(fields=["write_key"], name="one_key_one_write"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="scheduled"), name="due_executions"),
            models.Index(
                fields=["workspace", "tool", "due_at", "id"],
                condition=Q(state="scheduled"),
                name="due_in_turn",
            ),
            # no index knows leases: a claim and a heartbeat then rewrite a row in its place
            models.Index(fields=["state", "id"], condition=Q(state__in=["started", "unknown"]), name="begun"),
            models.Index(
                fields=["waits_for"],
                condition=Q(state="scheduled") & ~Q(waits_for=""),
                name="waits_for_limit",
            ),
            models.Index(
                fields=["target", "created_at", "id"],
                condition=Q(state__in=["scheduled", "started", "unknown"]) & ~Q(target=""),
                name="targets_in_order",
            ),
            models.Index(fields=["workspace", "-finished_at"], name="executions_newest"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="reversals"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("execution", self.id)


class Attempt(models.Model):
    """One try at an execution, written before the call and completed after it."""

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    lease_epoch = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # succeeded, failed, unknown; empty while out
    failure_class = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["execution", "number"], name="attempts_in_order")]

    def __str__(self) -> str:
        return f"attempt {self.number}"
