"""Findings of drift: how an agent's inputs and confidences of late differ from those before."""

from django.db import models
from django.db.models import Q

from approvals.models import Agent, Workspace
from exceptions.models import Case


class Level(models.TextChoices):
    CALM = "calm", "as before"
    WATCH = "watch", "somewhat different"
    ALARM = "alarm", "different"


class DriftFinding(models.Model):
    """One look at one feature. ``value`` is the population stability index or the Kolmogorov–Smirnov distance;
    ``sides`` what was usual before and is of late (`runs.golden.sides`).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    feature = models.CharField(max_length=20)  # length, party, amount, label, confidence
    measure = models.CharField(max_length=3)  # psi, ks
    value = models.FloatField()
    chance = models.FloatField(null=True)  # that two samples of one population differ so much
    before = models.PositiveIntegerField()  # how many it compares with
    of_late = models.PositiveIntegerField()
    sides = models.JSONField(default=dict, db_default={})
    level = models.CharField(max_length=5, choices=Level.choices)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="drift_level_known"),
            models.CheckConstraint(condition=Q(measure__in=["psi", "ks"]), name="drift_measure_known"),
        ]
        indexes = [
            models.Index(fields=["agent", "feature", "-found_at"], name="drift_newest"),
            models.Index(fields=["found_at"], name="drift_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.feature} {self.value:.3f} {self.level}"
