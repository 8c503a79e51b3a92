"""Rules: which failure belongs to which class and team. Read from the top; the first that matches wins."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace
from exceptions.models.failure_class import FailureClass
from exceptions.models.team import Team


class Rule(models.Model):
    """What is left empty matches everything. ``code`` and ``operation`` may end in ``*``; ``message`` is a part of it,
    whatever its case; amounts are absolute. A rule gives the failure a class, its case an owner, or both.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="rules")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=60, blank=True)
    connector = models.CharField(max_length=80, blank=True)
    operation = models.CharField(max_length=80, blank=True)
    agent = models.CharField(max_length=80, blank=True)  # its name
    field = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_from = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    failure_class = models.ForeignKey(
        FailureClass, null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )
    owner = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="rules")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "position"], name="rules_in_order", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(failure_class__isnull=False) | Q(owner__isnull=False),
                name="a_rule_does_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name
