"""Replays: the reading of a run done again with the code of today, to see what would come out. Nothing is proposed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Workspace
from runs.models.run import Run


class State(models.TextChoices):
    WAITING = "waiting", "waiting"
    STARTED = "started", "under way"
    DONE = "done", "done"


class Outcome(models.TextChoices):
    SAME = "same", "the same"
    DIFFERS = "differs", "differs"
    UNABLE = "unable", "cannot be read again"


class RunReplay(models.Model):
    """One rehearsal of a run, of one of its inputs (``item``), or of one step of that (``step``): its reading, nothing
    that would come after. ``heard_at`` is the latest sign of the worker that has it, ``epoch`` which claim that was.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="replays")
    item = models.CharField(max_length=120, blank=True)
    step = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    epoch = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=40, blank=True)  # of the workflow that read it again
    inputs = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run"], condition=~Q(state="done"), name="one_replay_at_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
                name="done_replays_have_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=~Q(state="done"), name="replays_to_carry_out"),
            models.Index(fields=["run", "-id"], name="replays_of_run"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("replay", self.id)


class ReplayLine(models.Model):
    """One input read again. ``changes``: ``{"step", "field", "then", "now"}`` for each value that differs."""

    replay = models.ForeignKey(RunReplay, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    item = models.CharField(max_length=120)
    proposal = models.UUIDField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    why = models.CharField(max_length=200, blank=True)  # it could not be read again
    changes = models.JSONField(default=list)
    by_then = models.CharField(max_length=200, blank=True)  # what read it: rules, or a model and a prompt
    by_now = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["replay", "position"], name="one_line_an_input")]
        indexes = [models.Index(fields=["replay", "outcome", "position"], name="lines_by_outcome")]

    def __str__(self) -> str:
        return f"{self.item} {self.outcome}"
