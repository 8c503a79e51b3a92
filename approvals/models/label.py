"""Labels: what people found about proposals of a lane, right or wrong, and how they came to look."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.lane import Lane
from approvals.models.proposal import Proposal


class Region(models.TextChoices):
    """Never mixed in one rate: what people were asked about, and what passed by itself."""

    REVIEWED = "reviewed", "people were asked"
    AUTOMATED = "automated", "passed by itself"


class Source(models.TextChoices):
    DECISION = "decision", "the answer of a reviewer"
    AUDIT = "audit", "looked at again by chance"
    SAMPLE = "sample", "drawn for the weekly sample"
    GOLD = "gold", "a kept case with a known answer"
    HARM = "harm", "undone because it was wrong"


class LaneLabel(models.Model):
    """One finding. ``score`` is the agent's own number, ``calibrated`` what the lane's calibrator made of it then.

    ``probability`` is the chance this item had to be looked at, from 0 (excluded) to 1. ``eligible``: every gate but
    those of confidence and stage had let it pass, so that it is of the kind that may pass by itself. ``judges`` is by
    how many people; of two labels that contradict each other, that of more people counts, and of as many the later.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="labels")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="labels")
    agent_version = models.CharField(max_length=40)
    score = models.FloatField(null=True)
    calibrated = models.FloatField(null=True)
    wrong = models.BooleanField()
    region = models.CharField(max_length=9, choices=Region.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    probability = models.FloatField(default=1.0)
    eligible = models.BooleanField(default=False)
    judges = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "source", "region"], name="one_label_a_source"),
            models.CheckConstraint(condition=Q(region__in=Region.values), name="a_region_is_one_of_two"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="a_label_has_a_source"),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="a_probability_is_one"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="a_score_is_a_share"
            ),
            models.CheckConstraint(condition=Q(judges__gte=1), name="somebody_judged"),
        ]
        indexes = [
            models.Index(fields=["lane", "region", "-judged_at"], name="labels_of_lane"),
            models.Index(fields=["lane", "-judged_at"], condition=Q(wrong=True), name="errors_of_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.source} {'wrong' if self.wrong else 'right'}"
