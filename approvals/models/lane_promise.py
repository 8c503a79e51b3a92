"""What a lane promises, version by version: how many errors it may make at most, since when, who said so, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.lane import Lane


class LanePromise(models.Model):
    """From ``set_at`` on at most ``epsilon`` of what passes by itself may be wrong; ``before`` it was another share.

    ``threshold`` is what that made of the lane's threshold at this moment; empty where none holds. Never changed.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="promises")
    version = models.PositiveIntegerField()
    epsilon = models.DecimalField(max_digits=4, decimal_places=3)
    before = models.DecimalField(max_digits=4, decimal_places=3)
    threshold = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    reason = models.CharField(max_length=500)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "version"], name="one_promise_a_version"),
            models.CheckConstraint(
                condition=Q(epsilon__gt=0, epsilon__lte="0.1"), name="a_promise_is_within_bounds"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_promise_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.lane_id} {self.epsilon}"
