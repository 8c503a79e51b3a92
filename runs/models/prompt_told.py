"""Which prompts agents outside say they read by: what one version of an agent was seen with, each once."""

from uuid import UUID

from django.db import models

from approvals.models import Agent


class PromptTold(models.Model):
    """A prompt's digest in the steps of this version of an agent, and when it was first seen there."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    agent_version = models.CharField(max_length=40)
    prompt = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "agent_version", "prompt", "digest"], name="a_prompt_is_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.digest[:12]}"


class StepMark(models.Model):
    """How far steps have been looked through: there is one row, and ids sort by the moment they were told."""

    upto = models.UUIDField(default=UUID(int=0))

    def __str__(self) -> str:
        return f"up to {self.upto}"
