"""Ways to reach people outside the product."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace
from exceptions.models.team import Team


class Kind(models.TextChoices):
    IN_APP = "in_app", "in the product"
    EMAIL = "email", "e-mail"
    CHAT = "chat", "chat (Slack-compatible incoming webhook)"
    WEBHOOK = "webhook", "signed webhook (Standard Webhooks)"


class Channel(models.Model):
    """A team's chat room or another system. What is secret of it (a chat's whole address, a webhook's signing key) is
    named, never kept: only workers hold it. E-mail and the product itself need no row: every person has them.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="channels")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="channels")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    url = models.CharField(max_length=500, blank=True, default="")  # a webhook's; empty for a chat's
    secret = models.CharField(max_length=60)  # the name of the secret
    failed_at = models.DateTimeField(null=True)  # the first failure since something arrived
    delivered_at = models.DateTimeField(null=True)  # the last time something has
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_channel_of_a_name"),
            models.CheckConstraint(condition=Q(kind__in=["chat", "webhook"]), name="channel_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name
