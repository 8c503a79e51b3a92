"""What the agent saw when it asked. Shown to the reviewer, never believed."""

from django.db import models

from approvals.models.loaded import Loaded
from approvals.models.proposal import Proposal


class Evidence(Loaded):
    """One typed piece. ``spans`` tie argument fields (JSON pointers) to the characters that support them."""

    KINDS = ["text", "table", "link", "record", "image"]

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in KINDS])
    title = models.CharField(max_length=200, blank=True)
    content = models.TextField(blank=True)
    source = models.CharField(max_length=500, blank=True)
    spans = models.JSONField(default=list)  # [{"field": "/total", "start": 410, "end": 415}]
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "position"], name="evidence_in_order")]

    def __str__(self) -> str:
        return self.title or self.kind
