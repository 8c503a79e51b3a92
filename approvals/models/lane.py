"""How far an agent is trusted with one tool at one risk tier."""

import secrets
from decimal import Decimal

from django.db import models
from django.db.models import Q

from approvals.models.agent import Agent
from approvals.models.loaded import Loaded
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


def salt() -> str:
    """What no agent can guess: with it, nobody foresees which proposal passes, or is looked at again."""
    return secrets.token_hex(16)


class Lane(Loaded):
    """One agent × one tool × one risk tier, and what freedom it has earned there.

    ``epsilon`` is the error rate among what passes by itself that the lane may not exceed, with confidence
    1 − ``delta``. ``threshold`` is the least calibrated confidence that may pass; it belongs to its ``calibrator`` and
    is empty until it was earned. Labels count from ``counts_from_at``: the first version, a new one, or the last fall.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="lanes")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="lanes")
    tool = models.CharField(max_length=80)
    risk = models.CharField(max_length=10)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.ASSISTED)
    epsilon = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.050"))
    delta = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.050"))
    salt = models.CharField(max_length=32, default=salt, editable=False)
    calibrator = models.ForeignKey("Calibrator", null=True, on_delete=models.PROTECT, related_name="+")
    threshold = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    counts_from_at = models.DateTimeField(null=True)  # None: since the lane was made
    look_at = models.DateTimeField(null=True)  # when the clock looks next; None: at once
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "tool", "risk"], name="one_lane_per_tier"),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(calibrator__isnull=False),
                name="a_threshold_is_of_a_calibrator",
            ),
            models.CheckConstraint(
                condition=Q(epsilon__gt=0, epsilon__lt=1, delta__gt=0, delta__lt=1),
                name="a_promise_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.tool} · {self.risk}"
