"""Answers of models, kept for a while under the digests of what was asked."""

from django.db import models

from approvals.models import Workspace


class KeptAnswer(models.Model):
    """``key`` is the digest of the prompt, the form, the models and the input; never shared between workspaces."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    answer = models.JSONField()
    model = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_answer_of_a_key")]
        indexes = [models.Index(fields=["expires_at"], name="answers_expiring")]

    def __str__(self) -> str:
        return self.key[:12]
