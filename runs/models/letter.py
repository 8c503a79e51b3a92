"""Letters: what a person was to be written, once a day or when something is about to run out."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Workspace


class Kind(models.TextChoices):
    DAILY = "daily", "what waits, at the beginning of a working day"
    URGENT = "urgent", "what is about to run out"


class State(models.TextChoices):
    WAITING = "waiting", "waiting"  # to be sent, or sent again
    SENT = "sent", "sent"  # a mail server took it
    NEEDLESS = "needless", "needless"  # there was nothing left to say
    FAILED = "failed", "failed"  # no server would take it, or not in time


class Letter(models.Model):
    """One letter to one person. It is composed when it is sent, so its words are never older than that.

    ``period`` is the day or hour it belongs to, on the person's own clock: there is one letter of a kind in it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    period = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)  # a code, never a server's own words

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "workspace", "kind", "period"], name="one_letter_in_its_period"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="letter_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="letter_kind_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="sent_means_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="letters_due"),
            models.Index(fields=["created_at"], name="letters_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} to {self.user_id}"
