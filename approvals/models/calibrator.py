"""Calibrators: what an agent's own confidence has been worth, fitted on one stretch of labels, judged on the next."""

from django.db import models

from approvals.models.lane import Lane


class Calibrator(models.Model):
    """Never changed: a refit is another row. ``terms`` is the function itself, ``digest`` its version.

    ``figures`` are what it was judged by, on labels it had not seen: their number, Brier score, log loss and
    calibration error before and after, the cuts tried and what each showed.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="calibrators")
    agent_version = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    threshold = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    figures = models.JSONField(default=dict)
    labels = models.PositiveIntegerField()
    fitted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lane", "-fitted_at"], name="calibrators_of_lane")]

    def __str__(self) -> str:
        return self.digest[:12]
