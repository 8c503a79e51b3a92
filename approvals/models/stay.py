"""Stays: one lane at one stage, from when until when, why, and on what evidence."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from approvals.models.lane import Lane, Stage


class Cause(models.TextChoices):
    """Why a lane came to stand where it does."""

    BEGAN = "began", "the lane began here"
    EARNED = "earned", "an admin raised it on its evidence"
    PERSON = "person", "a person lowered it"
    INCIDENT = "incident", "an incident paused it"
    VERSION = "version", "another version of the agent begins again"
    CUSUM = "cusum", "too many errors among what was looked at again"
    HARM = "harm", "two of its writes were wrong and had to be undone"
    DRIFT = "drift", "its proposals are no longer like those it was judged by"
    BREAKER = "breaker", "its tool was cut off"
    GOLDEN = "golden", "it failed cases that it had passed"


class Stay(models.Model):
    """The open one (``left_at`` is empty) is where the lane stands; the others are its history.

    ``evidence`` is what was known when it came here, and never changes. ``sprt`` and ``cusum`` are the running totals
    over what was looked at again during this stay: ``audited`` writes that passed by themselves, ``wrong`` of them
    wrong. ``harms`` are writes that passed by themselves and had to be undone because they were wrong.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="stays")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    came_from = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    met = models.BooleanField(default=False)  # every criterion of the step up was met
    evidence = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    agent_version = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    sprt = models.FloatField(default=0.0)
    cusum = models.FloatField(default=0.0)
    audited = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    harms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lane"], condition=Q(left_at__isnull=True), name="one_stay_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(cause="earned") | (Q(by__isnull=False, met=True) & ~Q(reason="")),
                name="up_by_a_person_on_evidence",
            ),
            models.CheckConstraint(condition=Q(cusum__gte=0), name="a_cusum_is_never_negative"),
        ]
        indexes = [models.Index(fields=["lane", "-entered_at"], name="stays_of_lane")]

    def __str__(self) -> str:
        return f"{self.lane_id} {self.stage}"
