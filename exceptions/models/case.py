"""Cases: failures with the same fingerprint, held together until somebody settles them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Workspace
from exceptions.models.failure_class import FailureClass
from exceptions.models.plan import Plan
from exceptions.models.team import Team


class State(models.TextChoices):
    OPEN = "open", "open"  # its next escalation time is set, always
    ACKNOWLEDGED = "acknowledged", "acknowledged"  # somebody took it; the hold is a lease and runs out
    RESOLVED = "resolved", "resolved"  # settled with a recorded disposition; reopens when it happens again


MOVES: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.ACKNOWLEDGED, State.RESOLVED}),
    State.ACKNOWLEDGED: frozenset({State.OPEN, State.RESOLVED}),
    State.RESOLVED: frozenset({State.OPEN}),
}


class Cause(models.TextChoices):
    """What an owner found behind a case."""

    DATA = "data", "data: what came in was wrong"
    PROMPT = "prompt", "prompt: the agent was asked badly"
    KNOWLEDGE = "knowledge", "knowledge: the agent could not know"
    PROCESS = "process", "process: the work is arranged badly"


WHERE_SET = {
    "assignee": "cases_somebody_has",
    "escalated_to": "cases_another_was_called_to",
    "merged_into": "cases_merged",
}


class Case(models.Model):
    """Owner team (sticky) and assignee (a person) are two facts. Money at risk is the sum of open occurrences, kept
    with the case so that reading it does not grow with them.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    # every step writes a case anew, and each index with it: none leads where another does, or to what is empty
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="cases", db_index=False)
    failure_class = models.ForeignKey(
        FailureClass, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    fingerprint = models.CharField(max_length=64)
    grouped_by = models.JSONField(default=dict)  # see `fingerprint.Parts`
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cases", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="assigned_cases",
        db_index=False,
    )
    owner_source = models.CharField(max_length=40, default="class")  # class, rule:<id>@<version> or manual
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    plan_version = models.PositiveIntegerField(default=0)
    # the escalation as it stood when the case opened, see `exceptions.models.Plan`
    steps = models.JSONField(default=list)
    repeats = models.PositiveSmallIntegerField(default=0)
    in_hours = models.BooleanField(default=False)
    skip_empty = models.BooleanField(default=True)
    step = models.PositiveSmallIntegerField(default=0)  # how many were called, all rounds counted
    escalated_to = models.ForeignKey(  # the team that was called besides the owner
        Team, null=True, on_delete=models.PROTECT, related_name="escalated_cases", db_index=False
    )
    next_escalation_at = models.DateTimeField(
        null=True
    )  # the next thing that happens by itself: while held, its end
    acknowledged_until = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # that the hold runs out
    snoozed_until = models.DateTimeField(null=True)
    snoozes = models.PositiveSmallIntegerField(default=0)
    escalating_at = models.DateTimeField(null=True)  # since when far more fail than used to
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )
    cause = models.CharField(max_length=9, choices=Cause.choices, blank=True, default="")
    money = models.JSONField(default=dict)  # behind open occurrences: {"EUR": "12.40"}
    most_money = models.DecimalField(max_digits=18, decimal_places=2, default=0)  # in any one currency
    open_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    regressed = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    opened_at = models.DateTimeField()  # this time: what happens again is as old as its reopening
    latest_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "fingerprint"], name="one_case_per_fingerprint"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_known"),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(next_escalation_at__isnull=False),
                name="an_open_case_has_a_clock",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | Q(acknowledged_until__isnull=False, assignee__isnull=False),
                name="acknowledged_by_somebody_until",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False, open_count=0)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="resolved_means_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_escalation_at", "id"],
                condition=~Q(state="resolved"),
                name="open_cases",
            ),
            models.Index(
                fields=["workspace", "-resolved_at", "-id"],
                condition=Q(state="resolved"),
                name="resolved_cases",
            ),
            models.Index(fields=["next_escalation_at"], condition=Q(state="open"), name="escalation_sweep"),
            models.Index(fields=["acknowledged_until"], condition=Q(state="acknowledged"), name="hold_sweep"),
            models.Index(
                fields=["acknowledged_until"],
                condition=Q(state="acknowledged", reminded_at__isnull=True),
                name="reminder_sweep",
            ),
            models.Index(
                fields=["workspace", "-most_money", "id"],
                condition=~Q(state="resolved"),
                name="dearest_cases",
            ),
            models.Index(
                fields=["workspace", "opened_at", "id"],
                condition=~Q(state="resolved"),
                name="oldest_cases",
            ),
            models.Index(
                fields=["workspace", "owner", "next_escalation_at", "id"],
                condition=~Q(state="resolved"),
                name="cases_of_team",
            ),
            models.Index(
                fields=["workspace", "failure_class", "next_escalation_at", "id"],
                condition=~Q(state="resolved"),
                name="cases_of_class",
            ),
            models.Index(
                fields=["escalating_at"],
                condition=Q(escalating_at__isnull=False),
                name="escalating_cases",
            ),
            *(
                models.Index(fields=[field], condition=Q(**{f"{field}__isnull": False}), name=name)
                for field, name in WHERE_SET.items()
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def public_id(self) -> str:
        return ids.show("case", self.id)


class Episode(models.Model):
    """One time a case was open: how long until somebody took it, until it was settled, and until the far side was seen
    to agree. What happens again begins another.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="episodes")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    failure_class = models.ForeignKey(FailureClass, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)  # when the last write that settled it was proven
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="episodes_in_order"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(resolved_at__isnull=True), name="one_episode_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "opened_at"], name="episodes_by_time")]

    def __str__(self) -> str:
        return f"episode {self.number} of {self.case_id}"


class Tally(models.Model):
    """How many failures a case was given in one quarter of an hour. Kept for a week, to know what is usual."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tallies", db_index=False)
    starts_at = models.DateTimeField()
    failures = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["case", "starts_at"], name="one_tally_a_quarter")]
        indexes = [models.Index(fields=["starts_at"], name="tallies_by_time")]

    def __str__(self) -> str:
        return f"{self.failures} from {self.starts_at:%Y-%m-%d %H:%M}"
