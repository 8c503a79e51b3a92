"""Answers kept so that a repeated request is answered and not done again."""

from django.db import models

from approvals.models import Agent


class Replay(models.Model):
    """What one agent was told the first time it sent this key to this endpoint. Kept for `runs.api.replays.KEPT`."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # digest of the request body
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "endpoint", "key"], name="one_answer_per_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="replays_oldest")]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
