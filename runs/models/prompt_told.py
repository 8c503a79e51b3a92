"""By which prompts and models agents outside say they read: what one version of an agent is seen with, a row each."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from approvals.models import Agent


class PromptTold(models.Model):
    """A prompt's digest, or a model, that this version of an agent tells of, and when it did last, to within a day.

    It is part of what the version has earned from ``counts_from_at`` on: at once where it is the first of its prompt,
    else when the lanes have begun again, which they do anew when it comes back from far (`runs.asking.outside`). A
    model told with a proposal, and not with a step, has no prompt.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    agent_version = models.CharField(max_length=40)
    prompt = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # empty: it is the model that is told of
    model = models.CharField(max_length=80, blank=True, default="", db_default="")
    seen_at = models.DateTimeField()
    counts_from_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "agent_version", "prompt", "digest", "model"], name="a_prompt_is_told_once"
            ),
            models.CheckConstraint(condition=Q(digest="") ^ Q(model=""), name="a_prompt_or_a_model_is_told"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(counts_from_at__isnull=True), name="told_and_not_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.model or self.digest[:12]}"


class StepMark(models.Model):
    """How far steps have been looked through: there is one row, and ids sort by the moment they were told."""

    upto = models.UUIDField(default=UUID(int=0))

    def __str__(self) -> str:
        return f"up to {self.upto}"
