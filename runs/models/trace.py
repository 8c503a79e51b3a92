"""How far a workspace's ledger has been told as traces, and which runs were told under which names."""

from django.db import models

from approvals.models import Workspace
from runs.models.run import Run


class TraceMark(models.Model):
    """What lies before the place has been told. ``leased_until``: somebody is telling; after a failure, nobody tries
    before then.
    """

    workspace = models.OneToOneField(Workspace, primary_key=True, on_delete=models.CASCADE, related_name="+")
    upto_transaction = models.BigIntegerField(default=0)
    upto_id = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.workspace_id} up to {self.upto_id}"


class Traced(models.Model):
    """A run that was told as a trace. ``revision`` is that of ``runs.telemetry.names``."""

    run = models.OneToOneField(Run, primary_key=True, on_delete=models.CASCADE, related_name="traced")
    revision = models.CharField(max_length=20)
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id} by {self.revision}"
