"""Which versions of a prompt a workspace asks with, and what share of its inputs goes to each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace


class PromptMix(models.Model):
    """``shares`` are percents by version, together 100: ``{"1": 80, "2": 20}``. Never changed: retired and replaced.

    Where a workspace has none for a prompt, it asks with the newest version that is released.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    prompt = models.CharField(max_length=60)
    shares = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "prompt mixes"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "prompt"],
                condition=Q(retired_at__isnull=True),
                name="one_mix_of_a_prompt",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="mix_retired_after_birth",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "prompt", "-id"], name="mixes_newest")]

    def __str__(self) -> str:
        return f"{self.prompt} {self.shares}"
