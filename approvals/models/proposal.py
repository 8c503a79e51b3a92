"""Proposals: permission, asked for and given or not. Effect belongs to executions."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Abs, Coalesce

from approvals import ids
from approvals.models.agent import Agent
from approvals.models.lane import Lane
from approvals.models.loaded import Loaded
from approvals.models.policy import Policy
from approvals.models.workspace import Workspace


class State(models.TextChoices):
    PENDING = "pending", "pending"  # a reviewer, the policy, the clock or the agent moves it on
    APPROVED = "approved", "approved"  # executes after its undo window; back to pending by undo or drift
    REJECTED = "rejected", "rejected"  # final: a person said no
    EXPIRED = "expired", "expired"  # final: nobody answered in time
    WITHDRAWN = "withdrawn", "withdrawn"  # final: the agent took it back
    SUPERSEDED = "superseded", "superseded"  # final: an amended proposal took its place
    BLOCKED = "blocked", "blocked"  # held by a case until its owner amends or dismisses it


MOVES: dict[str, frozenset[str]] = {
    State.PENDING: frozenset(
        {State.APPROVED, State.REJECTED, State.EXPIRED, State.WITHDRAWN, State.SUPERSEDED, State.BLOCKED}
    ),
    State.BLOCKED: frozenset({State.SUPERSEDED, State.REJECTED, State.WITHDRAWN, State.EXPIRED}),
    State.APPROVED: frozenset({State.PENDING}),
    State.REJECTED: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.SUPERSEDED: frozenset(),
}
OPEN = (State.PENDING, State.BLOCKED)
LIVE = (State.PENDING, State.BLOCKED, State.APPROVED)


class Proposal(Loaded):
    """ "Let this tool run with these arguments."

    ``proposed_arguments`` are what the agent sent and never change; ``arguments`` are what is on the table (edited or
    not) and what ``digest`` covers. ``round`` counts how often the question was put: decisions of earlier rounds are
    dead.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="proposals")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="proposals")
    agent_version = models.CharField(max_length=40)
    proposed_by = models.ForeignKey(  # the person behind an amendment or a reversal
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    excluded_reviewers = ArrayField(models.IntegerField(), default=list)
    idempotency_key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # digest of the request body, for replays

    tool = models.CharField(max_length=80)
    tool_version = models.PositiveIntegerField()
    risk = models.CharField(max_length=10)
    proposed_arguments = models.JSONField()
    arguments = models.JSONField()
    subject = models.CharField(max_length=200, blank=True)
    headline = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    rationale = models.TextField(blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    confidence_source = models.CharField(max_length=10, blank=True)
    confidence_calibrated = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    calibrator = models.ForeignKey("Calibrator", null=True, on_delete=models.PROTECT, related_name="+")
    band = models.SmallIntegerField(null=True)  # confidence in twentieths, for the lane's record
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    likeness = models.CharField(max_length=64, blank=True)
    party = models.CharField(max_length=120, blank=True)  # whom it is about: vendor, payee, customer, …
    cohort = models.CharField(max_length=64, blank=True)  # what may be answered together; empty: only alone
    precondition = models.JSONField(null=True)
    trace_parent = models.CharField(max_length=60, blank=True)
    workflow = models.CharField(max_length=60, blank=True)
    run = models.UUIDField(null=True)  # a run lives above the keel, so no foreign key
    reverses = models.UUIDField(null=True)  # likewise: the execution this proposal would undo
    blames = models.BooleanField(
        default=False, db_default=False
    )  # a reversal: whoever asks says that the write was wrong
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="amendments")
    saga = models.UUIDField(null=True)  # likewise: the chain of writes this is a step of
    saga_step = models.PositiveSmallIntegerField(null=True)  # from 1; of a reversal: the step it would undo
    reversal_order = models.UUIDField(null=True)  # likewise: the order under which many are undone together

    state = models.CharField(max_length=12, choices=State.choices)
    round = models.PositiveSmallIntegerField(default=1)
    shadow = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)  # wrong on purpose, to see whether people look; never executes
    digest = models.CharField(max_length=64)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT)
    ruling = models.CharField(max_length=8)  # allow, ask, block
    rulings = models.JSONField()  # every gate: gate, ruling, reason, measured, limit
    failure_class = models.CharField(max_length=60, blank=True)
    quorum = models.PositiveSmallIntegerField(default=1)
    observation = models.JSONField(null=True)
    observed_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    credited_until = models.DateTimeField(
        null=True
    )  # up to when a stopped clock was given back to ``expires_at``
    settled_at = models.DateTimeField(null=True)
    release_at = models.DateTimeField(null=True)  # end of the undo window: from then on it may run

    risk_rank = models.GeneratedField(  # less is more urgent, in this and in ``stake``
        expression=Case(
            When(risk="high", then=Value(0)), When(risk="medium", then=Value(1)), default=Value(2)
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    stake = models.GeneratedField(
        expression=Coalesce(Value(0) - Abs("amount"), Value(0)),
        output_field=models.DecimalField(max_digits=16, decimal_places=2),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "idempotency_key"], name="one_event_one_proposal"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(settled_at__isnull=False)),
                name="settled_means_a_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.APPROVED) & Q(release_at__isnull=False))
                | (~Q(state=State.APPROVED) & Q(release_at__isnull=True)),
                name="approved_means_a_release",
            ),
            models.CheckConstraint(condition=Q(ruling__in=["allow", "ask", "block"]), name="ruling_known"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="confidence_is_a_share",
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="somebody_must_sign"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="expires_after_birth"),
            models.CheckConstraint(
                condition=Q(saga__isnull=True, saga_step__isnull=True)
                | Q(saga__isnull=False, saga_step__isnull=False, saga_step__gte=1),
                name="a_step_has_its_saga",
            ),
            models.UniqueConstraint(
                fields=["saga", "saga_step"],
                condition=Q(saga__isnull=False, amends__isnull=True, reverses__isnull=True),
                name="one_proposal_a_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "expires_at", "risk_rank", "stake", "id"],
                condition=Q(state="pending"),
                name="queue_by_deadline",
            ),
            models.Index(
                fields=["workspace", "risk_rank", "expires_at", "stake", "id"],
                condition=Q(state="pending"),
                name="queue_by_risk",
            ),
            models.Index(
                fields=["workspace", "stake", "expires_at", "risk_rank", "id"],
                condition=Q(state="pending"),
                name="queue_by_money",
            ),
            models.Index(
                fields=["workspace", "expires_at", "risk_rank", "stake", "id"],
                condition=Q(state="pending", quorum__gt=1),
                name="queue_of_two",
            ),
            models.Index(
                fields=["policy", "expires_at"], condition=Q(state="pending"), name="queue_by_policy"
            ),
            models.Index(
                fields=["workspace", "cohort", "id"],
                condition=Q(state="pending") & ~Q(cohort=""),
                name="queue_by_cohort",
            ),
            models.Index(
                fields=["workspace", "tool", "party", "-settled_at"],
                condition=Q(settled_at__isnull=False) & ~Q(party=""),
                name="past_of_party",
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["pending", "blocked"]), name="expiry_sweep"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state="pending", observed_at__isnull=True),
                name="unobserved",
            ),
            models.Index(fields=["workspace", "subject"], name="same_subject"),
            models.Index(fields=["workspace", "likeness"], condition=~Q(likeness=""), name="same_likeness"),
            models.Index(fields=["lane", "band", "-settled_at"], name="lane_record"),
            models.Index(fields=["lane", "-id"], name="lanes_list"),
            models.Index(fields=["agent", "-id"], name="agents_list"),
            models.Index(fields=["agent", "state", "-id"], name="agents_list_by_state"),
            models.Index(fields=["run", "-id"], condition=Q(run__isnull=False), name="proposals_by_run"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="reversals_of"),
            models.Index(fields=["saga", "saga_step"], condition=Q(saga__isnull=False), name="steps_of_saga"),
            models.Index(
                fields=["reversal_order"], condition=Q(reversal_order__isnull=False), name="asked_by_order"
            ),
            models.Index(fields=["workspace", "tool", "created_at"], name="rate_window"),
            models.Index(fields=["workspace", "-settled_at"], name="recently_settled"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("proposal", self.id)
