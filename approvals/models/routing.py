"""Who should see what when: set aside until later, given to a colleague, and who stands in for whom."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from approvals.models.loaded import Loaded
from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class Aside(Loaded):
    """One reviewer's "not now": the item stays out of their queue until then. ``times`` tells hard items."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="asides")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    set_at = models.DateTimeField()
    until = models.DateTimeField()
    times = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "reviewer"], name="set_aside_once")]
        indexes = [
            models.Index(fields=["reviewer", "until"], name="own_asides"),
            models.Index(fields=["until"], name="lapsed_asides"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} until {self.until:%Y-%m-%d %H:%M}"


class Assignment(Loaded):
    """A reviewer gave the item to colleagues: until ``until`` it is offered to them alone. It grants no right."""

    proposal = models.OneToOneField(
        Proposal, primary_key=True, on_delete=models.CASCADE, related_name="assignment"
    )
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = ArrayField(models.IntegerField())  # user ids
    label = models.CharField(max_length=80)  # the colleague's or the team's name, as it was then
    note = models.TextField(blank=True)
    assigned_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to__len__gte=1), name="assigned_to_somebody")]
        indexes = [
            GinIndex(fields=["to"], name="assigned_to"),
            models.Index(fields=["until"], name="lapsed_assigned"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} to {self.label}"


class Cover(models.Model):
    """While ``away`` is out of office, ``stand_in`` is offered what would have come to them."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="covers")
    away = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # brought forward when somebody is back early
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="cover_ends_after_start"),
            models.CheckConstraint(condition=~Q(away=F("stand_in")), name="nobody_covers_themselves"),
        ]
        indexes = [
            models.Index(fields=["workspace", "stand_in", "ends_at"], name="covers_taken_on"),
            models.Index(fields=["workspace", "away", "ends_at"], name="covers_given"),
        ]

    def __str__(self) -> str:
        return f"{self.stand_in} for {self.away}"
