"""Teams own failure classes; people in them work the cases, in turns where they agreed on turns."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from approvals.models import Workspace


class Team(models.Model):
    """Hours that are not set are the workspace's. ``turns_begin_at`` is when the first turn began; without it, nobody
    is on duty alone and everybody is called.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)
    timezone = models.CharField(max_length=40, blank=True, default="")
    works_from = models.TimeField(null=True, blank=True)
    works_until = models.TimeField(null=True, blank=True)
    works_on = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    turns_begin_at = models.DateTimeField(null=True, blank=True)
    turn_days = models.PositiveSmallIntegerField(default=7)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_team_of_a_name"),
            models.CheckConstraint(
                condition=Q(turn_days__gte=1, turn_days__lte=90), name="turns_of_some_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """Somebody's place in the order in which a team's members are on duty."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "position"], name="turns_in_order"),
            models.UniqueConstraint(fields=["team", "user"], name="one_turn_in_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.user}"


class Override(models.Model):
    """For a while somebody else is on duty than the order says."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="overrides")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="override_ends_after_start"),
        ]
        indexes = [models.Index(fields=["team", "ends_at"], name="overrides_of_team")]

    def __str__(self) -> str:
        return f"{self.user} until {self.ends_at:%Y-%m-%d %H:%M}"
