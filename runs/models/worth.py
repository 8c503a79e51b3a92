"""What one decision costs by hand, as a workspace says it: the one number that minutes saved rest on."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Workspace


class Worth(models.Model):
    """Minutes a person takes to do one of these writes without an agent. The newest row holds; none is changed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.DecimalField(max_digits=7, decimal_places=2)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="by_hand_it_takes_time")]
        indexes = [models.Index(fields=["workspace", "-id"], name="worth_newest")]

    def __str__(self) -> str:
        return f"{self.minutes} min"
