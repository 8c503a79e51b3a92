"""Teams own failure classes; people in them work the cases."""

from django.conf import settings
from django.db import models

from approvals.models import Workspace


class Team(models.Model):
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_team_of_a_name")]

    def __str__(self) -> str:
        return self.name
