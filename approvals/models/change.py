"""Changes of settings that one admin proposed and another must confirm."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from approvals.models.workspace import Workspace


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", "waits"
    CONFIRMED = "confirmed", "confirmed"
    WITHDRAWN = "withdrawn", "withdrawn"


class Change(models.Model):
    """What would be set (``payload``), what stood there when it was proposed (``standing``), and how both read
    (``title``, ``lines``). Never changed: it is confirmed or withdrawn, once.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    standing = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "about"], condition=Q(state="proposed"), name="one_change_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_by__isnull=True, settled_at__isnull=True)
                | Q(state__in=["confirmed", "withdrawn"], settled_by__isnull=False, settled_at__isnull=False),
                name="change_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(settled_by=F("proposed_by")), name="change_needs_two"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="changes_newest")]

    def __str__(self) -> str:
        return self.title
