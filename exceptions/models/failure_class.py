"""The registry: every kind of failure with an owner, a backup and a clock."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace
from exceptions.models.team import Team


class Kind(models.TextChoices):
    TECHNICAL = "technical", "technical: trying again may help"
    BUSINESS = "business", "business: somebody must change the data"
    MODEL = "model", "model: the agent was wrong"
    POLICY = "policy", "policy: a rule said no"
    UNKNOWN_OUTCOME = "unknown_outcome", "unknown: it may have happened"
    INTEGRITY = "integrity", "integrity: our own promise is in doubt"


class Severity(models.TextChoices):
    LOW = "low", "low"
    MEDIUM = "medium", "medium"
    HIGH = "high", "high"


class FailureClass(models.Model):
    """``code`` is dotted and stable. Owner and backup are different teams, and neither may be missing."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="failure_classes")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    severity = models.CharField(max_length=6, choices=Severity.choices)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="owned_classes")
    backup = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="backed_classes")
    acknowledge_within = models.DurationField(default=timedelta(hours=4))
    resolve_within = models.DurationField(default=timedelta(days=2))
    escalation = models.JSONField(default=list)  # [{"after_minutes": 60, "to": "owner" | "backup"}]
    tries = models.PositiveSmallIntegerField(default=1)  # attempts at an execution before the case is opened
    resolutions = ArrayField(models.CharField(max_length=20), default=list)
    runbook = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "failure classes"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "code"], name="one_class_of_a_code"),
            models.CheckConstraint(condition=~Q(owner=F("backup")), name="backup_is_another_team"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="class_kind_known"),
        ]

    def __str__(self) -> str:
        return self.code
