"""Escalation plans: whom to call when nobody takes a case."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace


class Plan(models.Model):
    """An escalation policy: whom to call when nobody takes a case. A case keeps the steps it was opened with.

    Each step: ``{"after_minutes": int, "to": "owner" | "backup" | "team:<id>" | "person:<id>", "whom": "duty" |
    "everyone", "by": ["email", "channel:<id>", …]}``; in the product they are told in any case. ``repeats`` more rounds
    follow the first; after the last, its final step comes again once a day. ``in_hours``: the clock of a step runs in
    the called team's working hours only. ``skip_empty``: a step that would reach nobody is passed over at once.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=60)
    steps = models.JSONField(default=list)
    repeats = models.PositiveSmallIntegerField(default=2)
    in_hours = models.BooleanField(default=False)
    skip_empty = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_plan_of_a_name"),
            models.CheckConstraint(condition=Q(repeats__lte=5), name="repeats_end"),
        ]

    def __str__(self) -> str:
        return self.name
