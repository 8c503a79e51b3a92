"""The kill switch of a tool. Those of workspaces and agents are columns of theirs, which every claim reads anyway."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.workspace import Workspace


class ToolSwitch(models.Model):
    """One tool in one workspace: while ``paused_at`` is set, nothing of it is written there."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="tool_switches")
    tool = models.CharField(max_length=80)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "tool switches"
        constraints = [models.UniqueConstraint(fields=["workspace", "tool"], name="one_switch_of_a_tool")]
        indexes = [
            models.Index(
                fields=["workspace", "tool"], condition=Q(paused_at__isnull=False), name="pulled_switches"
            )
        ]

    def __str__(self) -> str:
        return self.tool
