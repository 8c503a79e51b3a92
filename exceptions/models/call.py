"""Calls: who was told about a case, through what, and whether it arrived."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Workspace
from exceptions.models.case import Case
from exceptions.models.channel import Channel, Kind
from exceptions.models.team import Team


class CallState(models.TextChoices):
    WAITING = "waiting", "waiting"  # a worker sends it when due, and again after a failure
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"  # final: another way was taken, or the backup was called
    NEEDLESS = "needless", "needless"  # final: settled or taken before it was sent


class Call(models.Model):
    """Somebody is told about a case: who, through what, when, and whether it arrived. ``instead_of`` names the call
    that failed before. A notice in the product is delivered with its row.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    # none where a channel is only tried
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="calls", db_index=False)
    step = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=20)  # opened, escalated, reminder, woken, incident, test, …
    kind = models.CharField(max_length=8, choices=Kind.choices)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.PROTECT, related_name="calls", db_index=False
    )
    state = models.CharField(max_length=9, choices=CallState.choices, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    instead_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="call_kind_known"),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(why="test"), name="a_call_is_about_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(next_try_at__isnull=False),
                name="a_waiting_call_has_a_clock",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="delivered_at_some_time"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="calls_to_make"),
            models.Index(fields=["case", "-id"], name="calls_of_case"),
            models.Index(
                fields=["channel", "-id"], condition=Q(channel__isnull=False), name="calls_through_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why} by {self.kind}"
