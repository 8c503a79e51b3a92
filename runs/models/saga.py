"""Sagas: several writes that belong together, one after another, undone in reverse order while that is possible."""

from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Agent, Workspace


class State(models.TextChoices):
    RUNNING = "running", "running"  # its steps are decided and written, one after another
    SUCCEEDED = "succeeded", "succeeded"  # final: every step was written
    COMPENSATING = "compensating", "compensating"  # a step did not happen: those before it are being undone
    UNDONE = "undone", "undone"  # final: nothing of it stands
    HALFWAY = "halfway", "halfway"  # final for the machine: some of it stands, and a case owns it


MOVES: dict[str, frozenset[str]] = {
    State.RUNNING: frozenset({State.SUCCEEDED, State.COMPENSATING, State.UNDONE, State.HALFWAY}),
    State.COMPENSATING: frozenset({State.UNDONE, State.HALFWAY}),
    State.SUCCEEDED: frozenset({State.COMPENSATING}),  # a person undoes the whole of it
    State.UNDONE: frozenset(),
    State.HALFWAY: frozenset({State.COMPENSATING}),  # its owner has removed the cause
}
OPEN = (State.RUNNING, State.COMPENSATING)


class Saga(models.Model):
    """Which proposals are its steps, their ``saga`` and ``saga_step`` say. ``pivot``: after this step there is no way
    back; 0 where every step can be undone.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="sagas")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sagas")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True)
    steps = models.PositiveSmallIntegerField()
    pivot = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="one_event_one_saga"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="saga_state_known"),
            models.CheckConstraint(condition=Q(steps__gte=2), name="a_saga_has_steps"),
        ]
        indexes = [
            models.Index(fields=["looked_at"], condition=Q(state__in=OPEN), name="open_sagas"),
            models.Index(fields=["workspace", "-created_at"], name="sagas_newest"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("saga", self.id)
