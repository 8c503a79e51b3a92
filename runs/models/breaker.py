"""What holds writing back: how full a limit is, and whether a tool's breaker lets anything through."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace
from runs.models.execution import Execution


class Bucket(models.Model):
    """How much of a limit is used. It outlives the limit it was made for: a new version goes on with what is used.

    ``used`` of writes drains as time passes since ``counted_at``; ``used`` of money belongs to the day or month that
    began at ``counted_at``. ``case_period`` is the last period for which its owner was told that it is full.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)  # scope, key, measure and period of its limits
    used = models.DecimalField(max_digits=36, decimal_places=18)
    counted_at = models.DateTimeField()
    case_period = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_bucket_of_a_name"),
            models.CheckConstraint(condition=Q(used__gte=0), name="bucket_not_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.name}"


class BreakerState(models.TextChoices):
    CLOSED = "closed", "closed"  # everything passes; failures are counted
    OPEN = "open", "open"  # nothing passes, until the pause is over or a person closes it
    HALF_OPEN = "half_open", "half open"  # one write, the canary, passes: its outcome opens or closes it


MOVES: dict[str, frozenset[str]] = {
    BreakerState.CLOSED: frozenset({BreakerState.OPEN}),
    BreakerState.OPEN: frozenset({BreakerState.HALF_OPEN, BreakerState.CLOSED}),
    BreakerState.HALF_OPEN: frozenset({BreakerState.OPEN, BreakerState.CLOSED}),
}


class Breaker(models.Model):
    """One tool's breaker in one workspace. ``half_opens_at`` is empty while a person holds it open."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    tool = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=BreakerState.choices)
    failures = models.JSONField(default=dict)  # moment of the latest failure, by the execution that failed
    trips = models.PositiveSmallIntegerField(
        default=0
    )  # in a row, without a success: the pause doubles with each
    opened_at = models.DateTimeField(null=True)
    half_opens_at = models.DateTimeField(null=True)
    canary = models.ForeignKey(Execution, null=True, on_delete=models.PROTECT, related_name="+")
    canary_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=60, blank=True)  # the person who opened it; empty: failures did

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "tool"], name="one_breaker_of_a_tool"),
            models.CheckConstraint(condition=Q(state__in=BreakerState.values), name="breaker_state_known"),
            models.CheckConstraint(
                condition=Q(state="half_open", canary__isnull=False)
                | (~Q(state="half_open") & Q(canary__isnull=True)),
                name="half_open_by_a_canary",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", opened_at__isnull=True)
                | (~Q(state="closed") & Q(opened_at__isnull=False)),
                name="open_means_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "tool"], condition=~Q(state="closed"), name="open_breakers")
        ]

    def __str__(self) -> str:
        return f"{self.tool} {self.state}"
