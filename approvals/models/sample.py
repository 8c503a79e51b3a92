"""The week's sample: what was drawn from finished work, with which chance, and what people found it to be."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class State(models.TextChoices):
    FIRST = "first", "waits for a judge"
    SECOND = (
        "second",
        "waits for a second judge",
    )  # the first found it wrong, or it was drawn to be judged twice
    THIRD = "third", "waits for a third judge"  # the two disagree
    SETTLED = "settled", "settled"  # final
    LAPSED = "lapsed", "nobody judged it in time"  # final


MOVES: dict[str, frozenset[str]] = {
    State.FIRST: frozenset({State.SECOND, State.SETTLED, State.LAPSED}),
    State.SECOND: frozenset({State.THIRD, State.SETTLED, State.LAPSED}),
    State.THIRD: frozenset({State.SETTLED, State.LAPSED}),
    State.SETTLED: frozenset(),
    State.LAPSED: frozenset(),
}
OPEN = (State.FIRST, State.SECOND, State.THIRD)


class SampleWeek(models.Model):
    """What a workspace's week was drawn from, by which plan, and how its lot did.

    ``seed`` makes the draw repeatable: in each stratum those with the smallest SHA-256 of "seed:stratum:id" were drawn.
    ``frames`` holds, by stratum, how many there were and how many were drawn of them.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="sample_weeks")
    monday = models.DateField()
    seed = models.CharField(max_length=64)
    frames = models.JSONField()
    severity = models.CharField(max_length=10)  # as the switching rules had it when this was drawn
    plan_n = models.PositiveSmallIntegerField()
    plan_accept = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField()  # what nobody judged by then lapses
    closed_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)  # None: under way, or too little of it was judged to say
    switching = models.JSONField(null=True)  # the state of the switching rules after this week
    resumed_at = models.DateTimeField(
        null=True
    )  # it had stopped, and a person says that the cause is put right
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resumed_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "monday"], name="one_sample_a_week"),
            models.CheckConstraint(condition=Q(due_at__gt=F("drawn_at")), name="sample_due_after_drawn"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, passed__isnull=True, switching__isnull=True)
                | Q(closed_at__isnull=False, switching__isnull=False),
                name="sample_closed_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by__isnull=True, resumed_note="")
                | Q(resumed_at__isnull=False, resumed_by__isnull=False, closed_at__isnull=False),
                name="resumed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(closed_at__isnull=True), name="samples_to_close")
        ]

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.monday}"


class SampleItem(models.Model):
    """One thing drawn: a proposal as it was approved (``digest``), or a run.

    ``probability`` is the chance with which it was drawn through any of its ``strata``; ``position`` is by lot, so that
    strata cannot be told apart while judging.
    """

    week = models.ForeignKey(SampleWeek, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="samples")
    digest = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True)  # a run lives above the keel, so no foreign key
    strata = ArrayField(models.CharField(max_length=12))  # it lies in these
    through = ArrayField(models.CharField(max_length=12))  # and the lot of these fell on it
    probability = models.FloatField()
    twice = models.BooleanField(default=False)  # two judges in any case, so that their agreement can be told
    state = models.CharField(max_length=8, choices=State.choices, default=State.FIRST)
    wrong = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True)
    case = models.UUIDField(null=True)  # likewise: the case of what was found wrong

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "position"], name="one_place_in_a_sample"),
            models.UniqueConstraint(
                fields=["week", "proposal"], condition=Q(proposal__isnull=False), name="drawn_once_a_week"
            ),
            models.UniqueConstraint(
                fields=["week", "run"], condition=Q(run__isnull=False), name="run_drawn_once"
            ),
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, run__isnull=True) & ~Q(digest="")
                | Q(proposal__isnull=True, run__isnull=False, digest=""),
                name="a_proposal_or_a_run",
            ),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="drawn_with_a_chance"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="sample_state_known"),
            models.CheckConstraint(
                condition=Q(state="settled", wrong__isnull=False, settled_at__isnull=False)
                | ~Q(state="settled") & Q(wrong__isnull=True, settled_at__isnull=True),
                name="settled_means_a_finding",
            ),
        ]
        indexes = [models.Index(fields=["week", "state", "position"], name="samples_to_judge")]

    def __str__(self) -> str:
        return f"{self.week_id}: {self.position}"


class SampleVerdict(models.Model):
    """What one judge found, knowing neither what had been decided nor what another judge found. Never edited."""

    item = models.ForeignKey(SampleItem, on_delete=models.PROTECT, related_name="verdicts")
    number = models.PositiveSmallIntegerField()
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wrong = models.BooleanField()
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_verdict_a_turn"),
            models.UniqueConstraint(fields=["item", "judge"], name="nobody_judges_twice"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="three_judges_at_most"),
            models.CheckConstraint(
                condition=Q(wrong=True) & ~Q(reason_code="") | Q(wrong=False, reason_code=""),
                name="wrong_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.number}"
