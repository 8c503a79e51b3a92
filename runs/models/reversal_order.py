"""Orders to undo many executions: what was asked for, by whom, and the proposal that each line became."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import ids
from approvals.models import Workspace
from runs.models.execution import Execution


class State(models.TextChoices):
    ASKING = "asking", "asking"  # a worker puts one proposal after another
    ASKED = "asked", "asked"  # final: every line was proposed, or says why it was not


class ReversalOrder(models.Model):
    """``key`` comes from the page that was confirmed: sent twice, it is one order."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="reversal_orders")
    key = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_auth = models.CharField(max_length=40)  # what proved who it was: the worker acts in this name
    reason = models.CharField(max_length=500)
    blames = models.BooleanField(default=False, db_default=False)  # what was written was wrong
    scope = models.JSONField()  # run, from, until, tool, agent: as they were asked for
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKING)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="one_confirmation_one_order"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="order_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="asking"), name="orders_to_ask"),
            models.Index(fields=["workspace", "-created_at"], name="orders_newest"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return ids.show("order", self.id)


class ReversalLine(models.Model):
    """One execution to be undone; ``position`` 1 is the newest. ``why_not`` says why it was not asked after all."""

    order = models.ForeignKey(ReversalOrder, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    execution = models.ForeignKey(Execution, on_delete=models.PROTECT, related_name="+")
    proposal = models.UUIDField(null=True)
    why_not = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="lines_in_order"),
            models.UniqueConstraint(fields=["order", "execution"], name="undone_once_per_order"),
        ]

    def __str__(self) -> str:
        return f"line {self.position}"
