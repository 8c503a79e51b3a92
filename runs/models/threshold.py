"""Thresholds that admins set on a workflow's figures, and the alarms that were raised where one was crossed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace
from exceptions.models import Case


class Watch(models.TextChoices):
    """What is watched. The limit's unit is named beside each."""

    ERROR_RATE = "error_rate", "error rate"  # percent of runs that failed
    ACCURACY = "accuracy", "accuracy"  # percent of people's answers that signed it as it stood
    ESCALATION = "escalation", "escalation"  # times as many went to exceptions as usually do
    LATENCY = "latency", "latency"  # seconds, p95
    SPEND = "spend", "spend"  # money
    SILENCE = "silence", "silence"  # hours without a run


class Threshold(models.Model):
    """Never changed: retired and replaced by the next ``version``. ``hours`` is how far back is looked; silence looks
    at the last run of all. ``least``: fewer than these say nothing. ``working``: only days on which is worked count.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=60)
    watch = models.CharField(max_length=10, choices=Watch.choices)
    version = models.PositiveIntegerField(default=1)
    limit = models.DecimalField(max_digits=14, decimal_places=4)
    hours = models.PositiveSmallIntegerField(default=24)
    least = models.PositiveIntegerField(default=5)
    currency = models.CharField(max_length=3, blank=True)
    working = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "workflow", "watch"],
                condition=Q(retired_at__isnull=True),
                name="one_threshold_in_force",
            ),
            models.UniqueConstraint(
                fields=["workspace", "workflow", "watch", "version"], name="thresholds_in_order"
            ),
            models.CheckConstraint(condition=Q(watch__in=Watch.values), name="watch_known"),
            models.CheckConstraint(condition=Q(limit__gt=0), name="threshold_above_nothing"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=744), name="threshold_looks_back"),
            models.CheckConstraint(
                condition=(Q(watch="spend") & ~Q(currency="")) | (~Q(watch="spend") & Q(currency="")),
                name="only_spend_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("set_at")),
                name="threshold_retired_after_birth",
            ),
        ]
        indexes = [
            models.Index(
                fields=["checked_at"], condition=Q(retired_at__isnull=True), name="thresholds_to_check"
            )
        ]

    def __str__(self) -> str:
        return f"{self.watch} of {self.workflow}"


class Alarm(models.Model):
    """One time a threshold was crossed: what was measured then, and until when it was so."""

    threshold = models.ForeignKey(Threshold, on_delete=models.PROTECT, related_name="alarms")
    value = models.DecimalField(max_digits=18, decimal_places=4)
    limit = models.DecimalField(max_digits=18, decimal_places=4)  # what it was held against
    counted = models.PositiveIntegerField()
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    calmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["threshold"], condition=Q(calmed_at__isnull=True), name="one_alarm_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(calmed_at__isnull=True) | Q(calmed_at__gte=F("raised_at")),
                name="calmed_after_raised",
            ),
        ]
        indexes = [
            models.Index(fields=["threshold", "-raised_at"], name="alarms_newest"),
            models.Index(fields=["raised_at"], condition=Q(calmed_at__isnull=True), name="alarms_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.threshold_id} at {self.value}"
