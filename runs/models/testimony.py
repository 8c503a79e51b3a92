"""Testimonies: what people found in a target about a write that nobody can vouch for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from runs.models.execution import Execution


class Testimony(models.Model):
    """One person's word on one execution, once. Where much is at stake, two must say the same."""

    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="testimonies")
    written = models.BooleanField()
    reference = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "testimonies"
        constraints = [
            models.UniqueConstraint(fields=["execution", "by"], name="one_word_a_person"),
            models.CheckConstraint(
                condition=Q(written=False) | ~Q(reference=""), name="written_under_a_reference"
            ),
        ]

    def __str__(self) -> str:
        return "written" if self.written else "not written"
