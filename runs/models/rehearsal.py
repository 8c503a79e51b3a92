"""Rehearsals: proposals that a worker tried in their target without writing, because somebody wanted to see it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Agent, Proposal


class State(models.TextChoices):
    WAITING = "waiting", "waiting"
    STARTED = "started", "under way"
    DONE = "done", "done"


class Ending(models.TextChoices):
    PASSED = "passed", "would be written"
    READ = "read", "only read"  # the tool cannot rehearse: its target was read, which says less
    REFUSED = "refused", "would be refused"
    TRANSIENT = "transient", "refused for now"
    UNKNOWN = "unknown", "in doubt"
    BROKEN = "broken", "broken"
    STOPPED = "stopped", "stopped"  # a switch was pulled before a worker came to it
    LOST = "lost", "lost"


class Rehearsal(models.Model):
    """One try of what ``digest`` covers. It is no record: it may speak of people, and is forgotten after a while.

    ``edited``: of values that somebody typed and has not signed. ``seen_version`` is that of the target when it was
    tried; ``would`` is what the connector says the write would leave.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    arguments = models.JSONField()
    edited = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    failure_class = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    field = models.CharField(max_length=120, blank=True)
    request = models.TextField(blank=True)
    would = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    seen_version = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=~Q(state="done"), name="one_rehearsal_at_once"
            ),
            models.CheckConstraint(
                condition=(Q(state="done", done_at__isnull=False) & ~Q(ending=""))
                | (~Q(state="done") & Q(done_at__isnull=True, ending="")),
                name="rehearsals_end_somehow",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) ^ Q(asked_agent__isnull=False), name="somebody_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=~Q(state="done"), name="rehearsals_to_carry_out"),
            models.Index(fields=["proposal", "-id"], name="rehearsals_latest"),
            models.Index(fields=["asked_at"], name="rehearsals_oldest"),
        ]

    def __str__(self) -> str:
        return f"rehearsal {self.pk} of {self.proposal_id}"
