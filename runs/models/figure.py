"""Roll-ups: what happened in an hour, a day, or ever, counted as the ledger says it. Made anew by `rebuild_figures`."""

from django.db import models
from django.db.models import Q

from approvals.models import Workspace


class Grain(models.TextChoices):
    HOUR = "hour", "hour"
    DAY = "day", "day"
    EVER = "ever", "ever"  # since the beginning: what a counter shows


class Scope(models.TextChoices):
    """Each fact is counted three times, so that a page reads no more rows than it shows."""

    ALL = "all", "the whole workspace"
    WORKFLOW = "workflow", "one workflow"
    VERSION = "version", "one version of an agent, in one workflow"


class Figure(models.Model):
    """One count of one kind of fact. ``starts_at`` is when the hour or day began on the workspace's own clock.

    ``measure`` and ``key`` are those of ``runs.figures.measures``; ``agent`` is an id in hex. ``workflow``, ``agent``
    and ``agent_version`` are empty where the ``scope`` is wider, or none is behind it. ``amount`` adds up what the
    facts carry: money, tokens, minutes; 0 where they only count.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    grain = models.CharField(max_length=4, choices=Grain.choices)
    starts_at = models.DateTimeField()
    measure = models.CharField(max_length=12)
    workflow = models.CharField(max_length=60, blank=True)
    agent = models.CharField(max_length=32, blank=True)
    agent_version = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=90, blank=True)
    count = models.BigIntegerField()
    amount = models.DecimalField(max_digits=24, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "workspace", "scope", "grain", "starts_at", "measure", "workflow", "agent", "agent_version", "key",
                ],
                name="one_figure_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(count__gte=0), name="figures_count_up"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.count} {self.measure} {self.key}".strip()


class FigureMark(models.Model):
    """How far a workspace's ledger is counted, and on which clock its hours and days were cut."""

    workspace = models.OneToOneField(Workspace, primary_key=True, on_delete=models.CASCADE, related_name="+")
    upto_transaction = models.BigIntegerField(default=0)
    upto_id = models.BigIntegerField(default=0)
    timezone = models.CharField(max_length=40)
    counted_at = models.DateTimeField(null=True)  # the moment of the latest fact that is counted

    def __str__(self) -> str:
        return f"{self.workspace_id} up to {self.upto_id}"
