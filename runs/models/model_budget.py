"""What models may take at most, and what they took: money and tokens by run, day and month."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace


class Per(models.TextChoices):
    RUN = "run", "run"
    DAY = "day", "day"
    MONTH = "month", "month"


class Measure(models.TextChoices):
    MONEY = "money", "US dollars"
    TOKENS = "tokens", "tokens"


class ModelBudget(models.Model):
    """A run's, or the whole workspace's of a day or month by its own clock. Never changed: retired and replaced."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    per = models.CharField(max_length=5, choices=Per.choices)
    measure = models.CharField(max_length=6, choices=Measure.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "per", "measure"], condition=Q(retired_at__isnull=True),
                name="one_budget_in_force",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="budget_above_nothing"),
            models.CheckConstraint(
                condition=Q(per__in=Per.values, measure__in=Measure.values), name="budget_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="budget_retired_after_birth",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.amount} {self.measure} a {self.per}"


class Spending(models.Model):
    """What one run, day or month has taken, with what is set aside for calls that are out now.

    A call is counted before it is made, as the most it can take, and set right by what it took. One that never came
    back stays counted as the most. ``unpriced`` are tokens of models without a listed price: in ``money`` they stand
    at the dearest price that is listed.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)  # run:<id>, day:2026-11-28, month:2026-11
    tokens = models.BigIntegerField(default=0)
    money = models.DecimalField(max_digits=18, decimal_places=8, default=0)
    unpriced = models.BigIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)  # since when a budget refuses calls; its case is opened once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_spending_of_a_name"),
            models.CheckConstraint(
                condition=Q(tokens__gte=0, money__gte=0, unpriced__gte=0), name="spending_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.tokens} tokens"
