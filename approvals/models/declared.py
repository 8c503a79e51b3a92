"""Tools that admins declared in the browser, version by version, and the dry runs they asked for."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.workspace import Workspace


class DeclaredTool(models.Model):
    """One version of a declared tool. Never changed: a new version follows it, or all of them are retired.

    ``source`` is the definition as it was typed, and ``digest`` is taken over what it says.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="declared_tools")
    name = models.CharField(max_length=80)  # begins with the workspace's slug and a dot
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="one_tool_per_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="tool_versions_begin_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def definition(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.source)
        return told

    @property
    def own_name(self) -> str:
        """The name without the workspace."""
        return self.name.partition(".")[2]


class Trial(models.Model):
    """A dry run that an admin asked for and a worker carries out. Without ``arguments``: only whether the worker has
    the secrets.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        STARTED = "started", "under way"
        DONE = "done", "done"

    class Ending(models.TextChoices):
        PASSED = "passed", "passed"
        REFUSED = "refused", "refused"
        TRANSIENT = "transient", "refused for now"
        UNKNOWN = "unknown", "in doubt"
        BROKEN = "broken", "broken"
        LOST = "lost", "lost"

    tool = models.ForeignKey(DeclaredTool, on_delete=models.PROTECT, related_name="trials")
    arguments = models.JSONField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    failure_class = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    request = models.TextField(blank=True)
    answer = models.JSONField(null=True)
    notes = models.JSONField(default=list)
    secrets = models.JSONField(default=dict)  # by name: whether the worker has it
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False) | ~Q(state="done"),
                name="trials_end_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=~Q(state="done"), name="trials_to_carry_out"),
        ]
