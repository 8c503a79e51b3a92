"""Workspaces and the people in them."""

from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from approvals.models.loaded import Loaded


def weekdays() -> list[int]:
    """Monday to Friday, as ISO numbers them."""
    return [1, 2, 3, 4, 5]


class Workspace(Loaded):
    """A tenant. Every row belongs to one, and nobody sees across."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=40, default="UTC")
    paused_at = models.DateTimeField(
        null=True, blank=True
    )  # the kill switch: nothing is dispatched while set
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    works_from = models.TimeField(default=time(9, 0))  # on the workspace's own clock
    works_until = models.TimeField(default=time(17, 30))
    works_on = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)  # ISO: Monday is 1
    drill_every = models.PositiveSmallIntegerField(default=20)  # one drill in so many decisions; 0: none
    hourly_limit = models.PositiveIntegerField(default=250)  # answers of one person; beyond it the pace slows
    hourly_limit_high = models.PositiveIntegerField(default=60)  # likewise, at high risk
    two_people = models.BooleanField(
        default=True
    )  # what widens agents' freedom needs two admins, where there are two
    new_versions = models.CharField(  # where the lanes of an agent begin again when its version changes
        max_length=8, choices=[("shadow", "shadow"), ("assisted", "assisted")], default="shadow"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    REVIEWER = "reviewer", "reviewer"
    OPS_OWNER = "ops_owner", "ops owner"
    ADMIN = "admin", "admin"
    AUDITOR = "auditor", "auditor"


class Letters(models.TextChoices):
    """When somebody is written to."""

    OFF = "off", "never"
    DAILY = "daily", "once a working day"
    URGENT = "urgent", "once a working day, and when something is about to expire"


class Membership(Loaded):
    """A person's roles in one workspace. An auditor reads everything and changes nothing."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    timezone = models.CharField(max_length=40, blank=True)  # empty, or None below: the workspace's
    works_from = models.TimeField(null=True, blank=True)
    works_until = models.TimeField(null=True, blank=True)
    works_on = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    letters = models.CharField(max_length=8, choices=Letters.choices, default=Letters.DAILY)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)) & Q(roles__len__gte=1), name="known_roles"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}"

    def may(self, *roles: str) -> bool:
        """Whether the member has any of these roles."""
        return any(role in self.roles for role in roles)

    @property
    def roles_text(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)
