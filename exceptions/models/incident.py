"""Incidents: cases that are one trouble, handled together; and what a week's review decided to do about causes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Workspace
from exceptions.models.case import Case
from exceptions.models.team import Team


class State(models.TextChoices):
    DECLARED = "declared", "declared"  # somebody leads; nothing is promised yet
    CONTAINED = "contained", "contained"  # it spreads no further
    CLOSED = "closed", "closed"  # final: what is left lies in its cases


MOVES: dict[str, frozenset[str]] = {
    State.DECLARED: frozenset({State.CONTAINED, State.CLOSED}),
    State.CONTAINED: frozenset({State.DECLARED, State.CLOSED}),
    State.CLOSED: frozenset(),
}


class Incident(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="incidents")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DECLARED)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cases = models.ManyToManyField(Case, related_name="incidents")
    summary = models.TextField(blank=True)  # what those affected may know
    declared_at = models.DateTimeField()
    contained_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="incident_state_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-declared_at"], name="incidents_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def public_id(self) -> str:
        return ids.show("incident", self.id)


class NextAction(models.Model):
    """Something a week's review wants done, by a team, until a day."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="next_actions")
    week = models.DateField()  # its Monday
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="next_actions")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="next_actions")
    due_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "done_at", "due_on"], name="actions_to_do")]

    def __str__(self) -> str:
        return self.text[:60]
