"""Saved views: a name for filters and an order of a queue."""

from django.conf import settings
from django.db import models

from approvals.models.workspace import Workspace


class SavedView(models.Model):
    """``query`` holds what the address of the queue says, as text: view, q, order, tool, agent, risk, ..."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    queue = models.CharField(
        max_length=8, default="review", db_default="review"
    )  # whose views: review or cases
    name = models.CharField(max_length=40)
    query = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "owner", "queue", "name"], name="one_view_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name
