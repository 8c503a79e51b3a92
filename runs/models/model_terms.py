"""What a workspace has chosen about models beside budgets and prompts."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace


class ModelTerms(models.Model):
    """One row for each version; the newest counts. ``second_model`` gives a second opinion, empty asks for none."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    second_model = models.CharField(max_length=80, blank=True)
    keep_days = models.PositiveSmallIntegerField(default=7)  # how long an answer is kept; 0 keeps none
    set_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "model terms"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version"], name="one_version_of_model_terms"),
            models.CheckConstraint(condition=Q(keep_days__lte=365), name="answers_kept_a_year_at_most"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
