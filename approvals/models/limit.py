"""What may be written at most in a time: so many writes, or so much money, by a tool, an agent or a workspace."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.workspace import Workspace


class Scope(models.TextChoices):
    TOOL = "tool", "tool"
    AGENT = "agent", "agent"
    WORKSPACE = "workspace", "workspace"


class Measure(models.TextChoices):
    WRITES = "writes", "writes"
    MONEY = "money", "money"


class Per(models.TextChoices):
    MINUTE = "minute", "minute"
    HOUR = "hour", "hour"
    DAY = "day", "day"
    MONTH = "month", "month"


class Limit(models.Model):
    """``key`` is the tool's name, the agent's id, or empty for the workspace. Never changed: retired and replaced.

    Writes are a token bucket: ``amount`` refill evenly in each ``per``, and up to ``burst`` may go at once. Money is
    counted by the workspace's own days and months, in ``currency``; another currency counts as above the limit.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="limits")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    key = models.CharField(max_length=80, blank=True)
    measure = models.CharField(max_length=6, choices=Measure.choices)
    per = models.CharField(max_length=6, choices=Per.choices)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    burst = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "scope", "key", "measure", "per"],
                condition=Q(retired_at__isnull=True),
                name="one_limit_in_force",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="limit_above_nothing"),
            models.CheckConstraint(
                condition=Q(scope="workspace", key="") | (Q(scope__in=["tool", "agent"]) & ~Q(key="")),
                name="limit_names_its_scope",
            ),
            models.CheckConstraint(
                condition=Q(measure="writes", per__in=["minute", "hour", "day"], burst__gte=1, currency="")
                | (Q(measure="money", per__in=["day", "month"], burst__isnull=True) & ~Q(currency="")),
                name="limit_of_writes_or_money",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="limit_retired_after_birth",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace"], condition=Q(retired_at__isnull=True), name="limits_in_force"),
            models.Index(fields=["workspace", "-id"], name="limits_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency or 'writes'} a {self.per}"
