"""Programs that may propose, and the tokens they show."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from approvals import ids
from approvals.models.loaded import Loaded
from approvals.models.workspace import Workspace


class Agent(Loaded):
    """A program that may propose, and can never decide. ``tools`` are the names it may use."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="agents")
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=40, default="1")
    tools = ArrayField(models.CharField(max_length=80), default=list)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_agent_of_a_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Token(models.Model):
    """A credential: a public prefix to find it by and the SHA-256 of the whole. Shown once, when issued."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.prefix
