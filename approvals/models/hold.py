"""Holds: who has which item on the screen, or next in line, and until when. A hold runs out by itself."""

from django.conf import settings
from django.db import models

from approvals.models.loaded import Loaded
from approvals.models.proposal import Proposal


class Hold(Loaded):
    """A lease on one proposal. ``epoch`` comes from one sequence and only grows, so that a late tab can be told apart.

    ``opened_at`` is empty while the item is only prefetched: nobody has looked at it yet.
    """

    proposal = models.OneToOneField(Proposal, primary_key=True, on_delete=models.CASCADE, related_name="hold")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    epoch = models.BigIntegerField(unique=True)
    taken_at = models.DateTimeField()
    until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["reviewer", "until"], name="own_holds"),
            models.Index(fields=["until"], name="lapsed_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} by {self.reviewer_id}"
