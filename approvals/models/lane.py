"""How far an agent is trusted with one tool at one risk tier."""

from django.db import models

from approvals.models.agent import Agent
from approvals.models.workspace import Workspace


class Stage(models.TextChoices):
    SHADOW = "shadow", "shadow: nothing executes"
    ASSISTED = "assisted", "assisted: a person signs everything"
    PARTIAL_10 = "partial_10", "partial: one in ten may pass by policy"
    PARTIAL_25 = "partial_25", "partial: one in four may pass by policy"
    PARTIAL_50 = "partial_50", "partial: one in two may pass by policy"
    FULL = "full", "full: what passes every gate may pass by policy"
    PAUSED = "paused", "paused: a person signs everything"


SHARE = {Stage.PARTIAL_10: 10, Stage.PARTIAL_25: 25, Stage.PARTIAL_50: 50, Stage.FULL: 100}


class Lane(models.Model):
    """One agent × one tool × one risk tier: the rollout stage, and later the statistics."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="lanes")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="lanes")
    tool = models.CharField(max_length=80)
    risk = models.CharField(max_length=10)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.ASSISTED)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "tool", "risk"], name="one_lane_per_tier")]

    def __str__(self) -> str:
        return f"{self.agent} · {self.tool} · {self.risk}"
