"""Notices: what somebody should know next time they look. A notice leads to a page and decides nothing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.proposal import Proposal
from approvals.models.workspace import Workspace


class Notice(models.Model):
    """``kind`` is a code of `approvals.telling.notices.KINDS`; ``count`` for those that gather several."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.CASCADE, related_name="+")
    case = models.UUIDField(null=True)  # its id: cases live on the floor above
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "workspace", "-id"], name="own_notices"),
            models.Index(
                fields=["user", "workspace"], condition=Q(read_at__isnull=True), name="unread_notices"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
