"""Seals: signed Merkle roots over batches of entries, each naming the one before."""

from django.db import models

from approvals.models.workspace import Workspace


class Seal(models.Model):
    """Covers the workspace's entries after the previous seal up to (``upto_transaction``, ``upto_id``), inclusive.

    ``leaves`` are the hashes under ``root``, 32 bytes each, in order: they tell which entry is not the one sealed.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="seals")
    number = models.PositiveIntegerField()
    upto_transaction = models.BigIntegerField()
    upto_id = models.BigIntegerField()
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64)  # digest of the seal before; 64 zeros for the first
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)  # Ed25519, hexadecimal, over the canonical bytes
    key = models.CharField(max_length=16)  # the first digits of the public key's SHA-256
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="seals_in_a_row"),
            models.UniqueConstraint(fields=["workspace", "previous"], name="no_forks"),
        ]
        indexes = [
            models.Index(fields=["workspace", "upto_transaction", "upto_id"], name="seal_over_an_entry")
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"
