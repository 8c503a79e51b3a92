"""The ledger: one fact a row, appended in the transaction that made it true, never changed."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Cast

from approvals.models.loaded import Loaded
from approvals.models.workspace import Workspace

REPEATED = ("case.repeated", "occurrence.settled", "occurrence.noted", "case.noted")
"""What happens in a case by the thousand: counted where its story is told, and found by no step of it."""


class LedgerEntry(Loaded):
    """A fact in ids, digests, codes and numbers. ``transaction`` orders entries by the moment they could be seen.

    Rows commit out of the order of their ids; the writing transaction's id tells the sealer which are complete.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(
        db_default=Cast(
            Cast(
                models.Func(function="pg_current_xact_id", output_field=models.TextField()),
                models.TextField(),
            ),
            models.BigIntegerField(),
        ),
        editable=False,
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=8)
    actor = models.CharField(max_length=60)
    auth = models.CharField(max_length=80, blank=True)
    proposal = models.UUIDField(null=True)
    execution = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    run = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [models.CheckConstraint(condition=~models.Q(actor=""), name="every_fact_has_an_actor")]
        indexes = [
            models.Index(fields=["workspace", "transaction", "id"], name="sealing_order"),
            models.Index(fields=["workspace", "kind", "transaction", "id"], name="kinds_in_order"),
            models.Index(
                fields=["proposal", "id"], condition=models.Q(proposal__isnull=False), name="story_proposal"
            ),
            models.Index(fields=["case", "id"], condition=models.Q(case__isnull=False), name="story_case"),
            models.Index(
                fields=["case", "-id"],
                condition=models.Q(case__isnull=False) & ~models.Q(kind__in=REPEATED),
                name="story_case_told",
            ),
            models.Index(fields=["run", "id"], condition=models.Q(run__isnull=False), name="story_run"),
            BrinIndex(fields=["at"], name="entries_by_time", pages_per_range=16, autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"
