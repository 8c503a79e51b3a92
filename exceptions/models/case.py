"""Cases: failures with the same fingerprint, held together until somebody settles them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Proposal, Workspace
from exceptions.models.failure_class import FailureClass
from exceptions.models.team import Team


class State(models.TextChoices):
    OPEN = "open", "open"  # its next escalation time is set, always
    ACKNOWLEDGED = "acknowledged", "acknowledged"  # somebody took it; the hold is a lease and runs out
    RESOLVED = "resolved", "resolved"  # settled with a recorded disposition; reopens when it happens again


MOVES: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.ACKNOWLEDGED, State.RESOLVED}),
    State.ACKNOWLEDGED: frozenset({State.OPEN, State.RESOLVED}),
    State.RESOLVED: frozenset({State.OPEN}),
}


class Case(models.Model):
    """Owner team (sticky) and assignee (a person) are two facts. Money at risk is the sum of open occurrences."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="cases")
    failure_class = models.ForeignKey(FailureClass, on_delete=models.PROTECT, related_name="cases")
    fingerprint = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assigned_cases"
    )
    steps = models.JSONField(default=list)  # the escalation as it stood when the case opened
    step = models.PositiveSmallIntegerField(default=0)
    escalated_to = models.ForeignKey(  # the team that was called besides the owner
        Team, null=True, on_delete=models.PROTECT, related_name="escalated_cases"
    )
    next_escalation_at = models.DateTimeField(
        null=True
    )  # the next thing that happens by itself: while held, its end
    acknowledged_until = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    open_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    regressed = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    latest_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "fingerprint"], name="one_case_per_fingerprint"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(next_escalation_at__isnull=False),
                name="an_open_case_has_a_clock",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | Q(acknowledged_until__isnull=False, assignee__isnull=False),
                name="acknowledged_by_somebody_until",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False, open_count=0)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="resolved_means_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_escalation_at", "id"],
                condition=~Q(state="resolved"),
                name="open_cases",
            ),
            models.Index(
                fields=["workspace", "-resolved_at", "-id"],
                condition=Q(state="resolved"),
                name="resolved_cases",
            ),
            models.Index(fields=["next_escalation_at"], condition=Q(state="open"), name="escalation_sweep"),
            models.Index(fields=["acknowledged_until"], condition=Q(state="acknowledged"), name="hold_sweep"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_id(self) -> str:
        return ids.show("case", self.id)


class Occurrence(models.Model):
    """One failure: of a proposal at the gates, of an execution, or an agent's "I cannot do this"."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="occurrences")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="occurrences")
    execution = models.UUIDField(null=True)  # executions live above
    run = models.UUIDField(null=True)
    message = models.CharField(max_length=500)
    field = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)
    written = models.CharField(max_length=8, default="no", choices=[("no", "no"), ("unknown", "unknown")])
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    disposition = models.CharField(max_length=12, default="open")  # open or the kind of its resolution
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    disposition__in=[
                        "open",
                        "amended",
                        "retried",
                        "reconciled",
                        "reversed",
                        "dismissed",
                        "elsewhere",
                    ]
                ),
                name="disposition_known",
            )
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="occurrences_newest"),
            models.Index(
                fields=["case", "currency"],
                include=["amount"],
                condition=Q(disposition="open"),
                name="money_at_risk",
            ),
            models.Index(fields=["proposal"], condition=Q(disposition="open"), name="open_of_proposal"),
            models.Index(fields=["execution"], condition=Q(disposition="open"), name="open_of_execution"),
        ]

    def __str__(self) -> str:
        return self.message[:60]


class Resolution(models.Model):
    """How an occurrence was settled, by whom and why. ``by`` is empty when a worker found the answer."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="resolutions")
    occurrence = models.ForeignKey(
        Occurrence, null=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    kind = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind


class Note(models.Model):
    """Something a person wrote on a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]
