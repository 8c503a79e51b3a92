"""What a workspace demands of a tool. A policy is never changed: a new version replaces it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from approvals.models.loaded import Loaded
from approvals.models.workspace import Workspace


class Policy(Loaded):
    """Thresholds, bounds, quorum, patience and limits of one tool in one workspace, as of one version.

    Amounts are in ``currency``; another currency counts as above every limit. ``None`` means no limit.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="policies")
    tool = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    confidence_floor = models.DecimalField(max_digits=4, decimal_places=3, default=0.9)
    ask_above = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    second_above = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    block_above = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    oldest_days = models.PositiveIntegerField(null=True, blank=True)
    future_days = models.PositiveIntegerField(default=1)
    protected = ArrayField(
        models.CharField(max_length=120), default=list, blank=True
    )  # names nobody may touch
    quorum = models.PositiveSmallIntegerField(default=1)
    reviewers = ArrayField(models.IntegerField(), default=list, blank=True)  # user ids; empty: any reviewer
    patience = models.DurationField(default=timedelta(days=3))
    working_hours = models.BooleanField(default=False)  # patience runs only while the workspace works
    undo_seconds = models.PositiveIntegerField(default=10)
    rate_per_hour = models.PositiveIntegerField(null=True, blank=True)
    spend_per_day = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    breaker_failures = models.PositiveSmallIntegerField(
        default=5
    )  # so many within the window cut the tool off
    breaker_window = models.PositiveIntegerField(default=60)  # seconds
    breaker_pause = models.PositiveIntegerField(default=30)  # seconds until one write is tried
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "tool", "version"], name="one_policy_per_version"),
            models.CheckConstraint(condition=Q(quorum__gte=1, quorum__lte=9), name="quorum_of_one_to_nine"),
            models.CheckConstraint(
                condition=Q(confidence_floor__gte=0, confidence_floor__lte=1), name="floor_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(breaker_failures__gte=1, breaker_window__gte=1, breaker_pause__gte=1),
                name="breaker_terms_are_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} policy {self.version}"
