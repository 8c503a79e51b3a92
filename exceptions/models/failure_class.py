"""The registry: every kind of failure with an owner, a backup and a clock."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace
from exceptions.models.plan import Plan
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


class Handling(models.TextChoices):
    ALERT = "alert", "alert at once: the owner is called when the case opens"
    QUEUE = "queue", "queue: the owner's clock starts when the case opens"
    RETRY = "retry", "retry, then queue: a case opens when the tries are used up"
    NOTE = "note", "note and go on: counted, never waiting for anybody"


class FailureClass(models.Model):
    """``code`` is dotted and stable. Owner and backup are different teams, and neither may be missing.

    A try that failed is followed by another after any time up to ``retry_seconds * retry_factor ** tries``, as often as
    ``tries`` says in all, and none begins later than ``retry_within`` after the first.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="failure_classes")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    severity = models.CharField(max_length=6, choices=Severity.choices)
    handling = models.CharField(max_length=6, choices=Handling.choices, default=Handling.QUEUE)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="owned_classes")
    backup = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="backed_classes")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="classes")
    acknowledge_within = models.DurationField(default=timedelta(hours=4))
    resolve_within = models.DurationField(default=timedelta(days=2))
    tries = models.PositiveSmallIntegerField(default=1)  # attempts at an execution before the case is opened
    retry_seconds = models.PositiveIntegerField(default=10)
    retry_factor = models.PositiveSmallIntegerField(default=2)
    retry_within = models.DurationField(default=timedelta(hours=2))
    # a case escalates when a quarter of an hour brings so many failures, and so many times what is usual; or when so
    # much money waits behind it in any one currency
    surge_least = models.PositiveSmallIntegerField(default=5, db_default=5)
    surge_times = models.PositiveSmallIntegerField(default=3, db_default=3)
    alarm_money = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    resolutions = ArrayField(models.CharField(max_length=20), default=list)
    runbook = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "failure classes"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "code"], name="one_class_of_a_code"),
            models.CheckConstraint(condition=~Q(owner=F("backup")), name="backup_is_another_team"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="class_kind_known"),
            models.CheckConstraint(condition=Q(handling__in=Handling.values), name="class_handling_known"),
            models.CheckConstraint(condition=Q(tries__gte=1, tries__lte=20), name="tries_are_bounded"),
            models.CheckConstraint(
                condition=Q(surge_least__gte=2, surge_times__gte=2)
                & (Q(alarm_money__isnull=True) | Q(alarm_money__gt=0)),
                name="not_every_failure_is_a_surge",
            ),
        ]

    def __str__(self) -> str:
        return self.code
