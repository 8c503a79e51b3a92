"""Redrives: many failed executions sent again together, the first few before the rest, and each proven afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals import ids
from approvals.models import Workspace
from exceptions.models import Case
from runs.models.execution import Execution


class State(models.TextChoices):
    PREVIEWED = "previewed", "previewed"  # its ids are frozen; nothing runs before somebody confirms
    CANARY = "canary", "canary"  # one, then ten, run first
    RUNNING = "running", "running"  # the rest, so many a minute
    STOPPED = "stopped", "stopped"  # too much failed, or somebody stopped it; it may go on
    DONE = "done", "done"  # final: every line was sent, or says why it was not


MOVES: dict[str, frozenset[str]] = {
    State.PREVIEWED: frozenset({State.CANARY, State.DONE}),
    State.CANARY: frozenset({State.RUNNING, State.STOPPED, State.DONE}),
    State.RUNNING: frozenset({State.STOPPED, State.DONE}),
    State.STOPPED: frozenset({State.CANARY, State.DONE}),
    State.DONE: frozenset(),
}


class Redrive(models.Model):
    """Accepted: scheduled again. Executed: an attempt ended well. Verified: the target was read and shows the write.
    ``wants_second``: more or dearer than one person may send; ``confirmed_by`` is somebody else then.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="redrives")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="redrives")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREVIEWED)
    reason = models.CharField(max_length=500, blank=True)
    per_minute = models.PositiveIntegerField(default=600)
    money = models.JSONField(default=dict)  # of what will run: {"EUR": "12.40"}
    wants_second = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    why_stopped = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # when a worker goes on with it
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="redrive_state_known"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["canary", "running", "stopped"]),
                name="one_redrive_a_case",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(wants_second=False)
                | ~Q(confirmed_by=F("made_by")),
                name="a_second_person_confirms",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="redrives_to_do"),
            models.Index(fields=["case", "-created_at"], name="redrives_of_case"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("redrive", self.id)


class LineState(models.TextChoices):
    WAITING = "waiting", "waiting"
    SKIPPED = (
        "skipped",
        "skipped",
    )  # final: applied already, stale, or its approval is gone; ``why`` says which
    ACCEPTED = "accepted", "accepted"  # scheduled again under the same key
    EXECUTED = "executed", "executed"  # a receipt came, and the target could not be read back yet
    VERIFIED = "verified", "verified"  # final: seen in the target
    UNVERIFIABLE = "unverifiable", "unverifiable"  # final: its tool cannot read back
    FAILED = "failed", "failed"  # final here: it lies in a case again


class RedriveLine(models.Model):
    """One execution of a redrive, in the order in which they are sent."""

    redrive = models.ForeignKey(Redrive, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="+")
    foreseen = models.CharField(max_length=12)  # run, applied, stale, unapproved, unknown
    state = models.CharField(max_length=12, choices=LineState.choices, default=LineState.WAITING)
    why = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["redrive", "position"], name="redriven_in_order"),
            models.UniqueConstraint(fields=["redrive", "execution"], name="redriven_once"),
        ]
        indexes = [
            models.Index(fields=["redrive", "state", "position"], name="lines_by_state"),
            models.Index(
                fields=["redrive", "sent_at", "position"],
                condition=Q(sent_at__isnull=False),
                name="lines_by_sending",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position}"
