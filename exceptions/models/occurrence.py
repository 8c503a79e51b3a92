"""Occurrences: one failure each, and how it was settled; and what people wrote on a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models import Proposal
from exceptions.models.case import Case


class Occurrence(models.Model):
    """One failure: of a proposal at the gates, of an execution, or an agent's "I cannot do this"."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="occurrences", db_index=False)
    origin = models.ForeignKey(  # the case it lay in, or would have, before that was merged into this one
        Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="occurrences")
    execution = models.UUIDField(null=True)  # executions live above
    run = models.UUIDField(null=True)
    message = models.CharField(max_length=500)
    field = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)
    written = models.CharField(max_length=8, default="no", choices=[("no", "no"), ("unknown", "unknown")])
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    disposition = models.CharField(max_length=12, default="open")  # open or the kind of its resolution
    resent_at = models.DateTimeField(
        null=True
    )  # sent again then, by whom, and not proven yet while it is open
    resent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    disposition__in=[
                        "open",
                        "amended",
                        "retried",
                        "reconciled",
                        "reversed",
                        "dismissed",
                        "elsewhere",
                        "asked_again",
                        "noted",
                    ]
                ),
                name="disposition_known",
            )
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="occurrences_newest"),
            models.Index(
                fields=["case", "-id"], condition=~Q(disposition="open"), name="occurrences_settled"
            ),
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="occurrences_merged"),
            models.Index(fields=["at"], name="occurrences_by_time"),
            models.Index(fields=["run"], condition=Q(run__isnull=False), name="occurrences_of_run"),
            models.Index(  # as they are read: a case that has just filled is not sorted for its newest
                fields=["case", "-id"],
                include=["currency", "amount"],
                condition=Q(disposition="open"),
                name="occurrences_open",
            ),
            models.Index(
                fields=["case"], condition=Q(disposition="open", written="unknown"), name="doubtful_of_case"
            ),
            models.Index(
                fields=["resent_at", "id"],
                condition=Q(disposition="open", resent_at__isnull=False),
                name="sent_again",
            ),
            models.Index(fields=["proposal"], condition=Q(disposition="open"), name="open_of_proposal"),
            models.Index(fields=["execution"], condition=Q(disposition="open"), name="open_of_execution"),
        ]

    def __str__(self) -> str:
        return self.message[:60]


class Resolution(models.Model):
    """How an occurrence was settled, by whom and why. ``by`` is empty when a worker found the answer."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="resolutions", db_index=False)
    occurrence = models.ForeignKey(
        Occurrence, null=True, on_delete=models.PROTECT, related_name="resolutions"
    )
    kind = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "at"], name="resolutions_by_time"),
            models.Index(fields=["case", "-id"], name="resolutions_of_case"),
        ]

    def __str__(self) -> str:
        return self.kind


class Note(models.Model):
    """Something a person wrote on a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]
