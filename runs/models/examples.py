"""Labelled examples that a team supplies, from which a workflow without a model learns how its messages are sorted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace


class ExampleSet(models.Model):
    """``examples`` are ``[text, label]`` pairs. Never changed: the next one retires it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=60)
    examples = models.JSONField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    labels = models.JSONField()  # {"label": how many}
    held_out = models.PositiveIntegerField()  # how many were kept back and judged
    right = models.PositiveIntegerField()  # of those, how many were sorted as labelled
    answered = models.PositiveIntegerField()  # of those, how many were answered at all
    answered_right = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "workflow"], condition=Q(retired_at__isnull=True), name="one_example_set_in_use"
            ),
            models.CheckConstraint(
                condition=Q(answered_right__lte=F("right"), right__lte=F("held_out"), answered__lte=F("held_out")),
                name="examples_judged_soundly",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["workspace", "workflow", "-id"], name="examples_newest")]

    def __str__(self) -> str:
        return f"{self.size} examples for {self.workflow}"
