"""Audits of escalation: once a minute it is proven that no step is overdue, and somebody outside is told so."""

from django.db import models


class EscalationAudit(models.Model):
    """One look at every open case of every workspace. ``late_seconds`` is how far behind the latest step was."""

    at = models.DateTimeField(unique=True)
    open_cases = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    late_seconds = models.FloatField(default=0)
    heartbeat = models.CharField(
        max_length=8, default="none"
    )  # none (nowhere to send it), waiting, sent or failed

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(overdue__gt=0), name="audits_overdue")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.overdue} overdue"
