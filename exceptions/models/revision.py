"""Revisions: what an admin made of a class, a plan, a team, the rules or a channel, one row for each version."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Workspace

KINDS = ["class", "plan", "team", "rules", "channel"]


class Revision(models.Model):
    """``key`` is the class's code, or the id of what has no code. ``content`` is what an export would say of it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "key", "version"], name="one_row_a_version"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="revision_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}, version {self.version}"
